import { keysetHash as hashKeyset } from "../../../contract/src/interface/keyset-hash.ts";
import type { Sha256Hex } from "../../../contract/src/protocol/brand.ts";
import type { Keyset } from "../../../contract/src/protocol/state.ts";
import { sha256Hex } from "./sha256-hex.ts";

/** The hash that names a keyset in receipts, on disk and between programs. Source: contract.md §1. */
export function keysetHash(keyset: Keyset): Sha256Hex {
  return hashKeyset(keyset, sha256Hex);
}
