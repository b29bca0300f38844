/// <reference path="../../engine/env.d.ts" />
/** `text-checks.ts` in the wasm: the same answers from functions of the engine (`contract/engine/text-checks.c`). */

export const { is_account_id: isAccountId, is_url: isUrl, is_hex: isHex } = env;
