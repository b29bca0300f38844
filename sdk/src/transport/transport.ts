import type { CallContract } from "../client/call-contract.ts";
import type { ReadContract } from "../client/read-contract.ts";

/**
 * The contract through a library that the caller has set up: `sdk.state(transport.reader)`,
 * `sdk.voteUpdate(transport.caller, …)`. One library's endpoint can lie: what lets a secret out is read through
 * `createProvenReader`.
 */
export interface Transport {
  readonly reader: ReadContract;
  /** One account with the access key that the library signs with. */
  readonly caller: CallContract;
}
