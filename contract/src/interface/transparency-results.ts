/** The JSON answers of upgrade transparency, as seen by a client; see `results.ts`. */
import type { BlockHeight } from "../protocol/brand.ts";
import { MAX_ALLOWED_CODE_HASHES, MAX_CODE_HASH_PROPOSALS, MAX_PARTICIPANTS } from "../protocol/limits.ts";
import { integer, list, nullable, object, tuple } from "./schema.ts";
import * as shapes from "./shapes.ts";
import * as transparency from "./transparency-shapes.ts";

const height = integer<BlockHeight>();
const votes = list(shapes.accountId, MAX_PARTICIPANTS);

/** What `anchor` logs as `digest`. */
export const digestResult = shapes.sha256Hex;

/** Open proposals, oldest first. */
export const proposedCodeHashesResult = list(
  object({
    code_hash: shapes.sha256Hex,
    url: shapes.url,
    proposer: shapes.accountId,
    proposed_in: height,
    expires_on: height,
    votes,
  }),
  MAX_CODE_HASH_PROPOSALS,
);

/** Oldest first; `votes` are for revoking. */
export const allowedCodeHashesResult = list(
  object({ code_hash: shapes.sha256Hex, url: shapes.url, allowed_in: height, votes }),
  MAX_ALLOWED_CODE_HASHES,
);

/** `votes` are for the next policy. */
export const rolloutPolicyResult = object({ policy: transparency.rolloutPolicy, votes });

/** Sorted by account. */
export const shareKeysResult = list(tuple([shapes.accountId, shapes.x25519PublicKey]), MAX_PARTICIPANTS);

/** Null where none was published. */
export const seedBackupResult = nullable(
  object({ ...transparency.seedBackup, publisher: shapes.accountId, published_in: height }),
);

/** Null where no receipt was filed. */
export const handoverResult = nullable(object({ ...transparency.receipt, confirmed_in: height }));
