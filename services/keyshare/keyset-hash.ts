import { createHash } from "node:crypto";
import { keysetPreimage } from "../../contract/src/interface/keyset-hash.ts";
import type { Keyset as ContractKeyset } from "../../contract/src/protocol/state.ts";
import type { Keyset } from "./keyshare.ts";

/** The keyset's hash as contract.md §1 defines it: lower-case hex, 64 characters. */
export function keysetHash(keyset: Keyset): string {
  // The preimage quotes keys without escaping; in the contract their alphabet is checked, a peer's may be anything.
  if (keyset.domains.some(({ key }) => !PLAIN_KEY.test(key))) return NO_KEYSET;
  return createHash("sha256")
    .update(keysetPreimage(keyset as ContractKeyset))
    .digest("hex");
}

const PLAIN_KEY = /^[a-z0-9]+:[A-Za-z0-9]+$/;

/** Equals no keyset's hash. */
const NO_KEYSET = "not-a-keyset";
