import type { BlockHeight } from "../../../contract/src/protocol/brand.ts";

/** The block that a report holds at. */
export interface PinnedBlock {
  readonly height: BlockHeight;
  /** base58. */
  readonly hash: string;
  /** Milliseconds since 1970. */
  readonly timeMillis: number;
  /** Mean time between the last blocks, in milliseconds; null where the endpoint doesn't tell. */
  readonly blockMillis: number | null;
}

/** A report with where it comes from; what `mpc-inspect --json` prints. */
export interface Inspected<Value> {
  readonly contractId: string;
  readonly block: PinnedBlock;
  /** Origins of the endpoints that agree on all of it. One alone is believed, not proven. */
  readonly endpoints: readonly string[];
  readonly value: Value;
}
