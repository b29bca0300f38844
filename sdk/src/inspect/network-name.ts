import { config } from "../actions/views.ts";
import { errorCode } from "../errors/base-error.ts";
import type { PinnedContract } from "./pinned-contract.ts";

/** The network as the contract's settings name it; a blank to fill in before the contract is started. */
export async function networkName({ reader }: PinnedContract): Promise<string> {
  try {
    return (await config(reader)).value.network_id;
  } catch (error) {
    if (errorCode(error) === "UNEXPECTED_STATE") return "<network>";
    throw error;
  }
}
