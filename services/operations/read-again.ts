import type { ReadProvenContract } from "../../sdk/src/client/proven-reader.ts";
import { BaseError } from "../../sdk/src/errors/base-error.ts";
import { codeOf } from "./program-error.ts";

const ATTEMPTS = 5;

/**
 * A reader that starts over, on a newer block, when an endpoint no longer has the state of the block that was chosen.
 * A chain in development keeps little more than its newest state, and a block can be produced between two questions.
 */
export function readingAgainOnDroppedBlocks(reader: ReadProvenContract): ReadProvenContract {
  return {
    async viewProven(calls, signal) {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await reader.viewProven(calls, signal);
        } catch (error) {
          if (attempt === ATTEMPTS || signal?.aborted || !isDroppedBlock(error)) throw error;
        }
      }
    },
  };
}

function isDroppedBlock(error: unknown): boolean {
  return error instanceof BaseError && error.walk((link) => codeOf(link) === "UNKNOWN_BLOCK") !== undefined;
}
