import type { KeyshareCheckers } from "../keyshare/check-keyshares.ts";
import { checkFrostKeyshare } from "./signer/check-frost-keyshare.ts";

/** The schemes of the reference node; another network brings its own (see `KeyshareCheckers`). */
export const FROST_CHECKERS: KeyshareCheckers = {
  "frost-ed25519": checkFrostKeyshare,
  "frost-secp256k1": checkFrostKeyshare,
};
