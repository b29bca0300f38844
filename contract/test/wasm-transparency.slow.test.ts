/** A full list takes sixty calls with every view compared after each. */
import { before, test } from "node:test";
import { MAX_ALLOWED_CODE_HASHES } from "../src/protocol/limits.ts";
import { mirrored } from "./support/mirrored-network.ts";
import { proposeHash, voteHash } from "./support/transparency.ts";
import { loadWasm } from "./support/wasm-contract.ts";

let code: Uint8Array;
before(async () => {
  code = await loadWasm();
});

test("behavior: a full list of allowed programs takes no more", () => {
  const network = mirrored(code);
  for (let at = 0; at <= MAX_ALLOWED_CODE_HASHES; at++) {
    network.accept("a", "full", proposeHash(`v${at}`));
    network.accept("a", "full", voteHash(`v${at}`));
    if (at < MAX_ALLOWED_CODE_HASHES) network.accept("b", "full", voteHash(`v${at}`));
    else network.refuse("b", "full", voteHash(`v${at}`), "TOO_MANY_CODE_HASHES");
  }
});
