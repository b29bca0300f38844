import { ProofError } from "../errors/proof-error.ts";
import type { ReadProvenContract } from "./proven-reader.ts";
import type { ReadContract } from "./read-contract.ts";

/**
 * A proven reader where an ordinary one is asked for, so that actions, dry runs' states and `watch` rest on a quorum.
 *
 * Only final blocks are proven: another one is refused with ProofError `HISTORY_NOT_PROVEN`. Throws what
 * `viewProven` throws.
 */
export function provenAsReader(proven: ReadProvenContract): ReadContract {
  return {
    view: async (method, args, { at, signal } = {}) => {
      if (at !== undefined && !("finality" in at && at.finality === "final")) {
        throw new ProofError(
          "HISTORY_NOT_PROVEN",
          "Expected a read at the newest final block, found one at another block.",
          "A quorum agrees on final blocks only: read older ones from one endpoint, and believe it less.",
        );
      }
      const { values, blockHeight, blockHash } = await proven.viewProven([{ method, args }], signal);
      return { value: values[0], blockHeight, blockHash };
    },
  };
}
