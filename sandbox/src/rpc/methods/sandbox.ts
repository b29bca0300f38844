import type { Chain } from "../../chain/chain.ts";
import { dumpState } from "../../chain/dump-state.ts";
import { fastForward } from "../../chain/fast-forward.ts";
import { patchState } from "../../chain/patch-state.ts";
import { type StateRecord, StateRecordError } from "../../genesis/records.ts";
import { announceBlock, type RpcNode } from "../node.ts";
import { namedParams } from "../params.ts";
import { parseError } from "../rpc-error.ts";

/** `sandbox_patch_state`: writes state records at once. */
export function sandboxPatchState(node: RpcNode, params: unknown): object {
  const { records } = namedParams(params, ["records"]);
  if (!Array.isArray(records)) throw parseError("Failed parsing args: expected a list in `records`");
  try {
    patchState(node.chain, records as StateRecord[]);
  } catch (error) {
    if (error instanceof StateRecordError) throw parseError(`Failed parsing args: ${error.message}`);
    throw error;
  }
  announceBlock(node);
  return {};
}

/** `sandbox_dump_state`: all state as records, for `near-sandbox view-state dump-state`; nearcore has no such method. */
export function sandboxDumpState({ chain }: RpcNode): object {
  return { height: Number(chain.head.height), records: dumpState(chain) };
}

/** `sandbox_fast_forward`: lets height and time jump by `delta_height` blocks. */
export function sandboxFastForward(node: RpcNode, params: unknown): object {
  const { delta_height: delta } = namedParams(params, ["delta_height"]);
  if (typeof delta !== "number" || !Number.isSafeInteger(delta) || delta < 0) {
    throw parseError("Failed parsing args: expected a whole number of blocks in `delta_height`");
  }
  checkTime(node.chain, BigInt(delta));
  fastForward(node.chain, BigInt(delta));
  announceBlock(node);
  return {};
}

/** The year 2262: what fits into 63 bits of nanoseconds, and what clients can read as a date. */
const LATEST_TIME_NANOS = (1n << 63n) - 1n;

function checkTime({ environment, head }: Chain, delta: bigint): void {
  const left = (LATEST_TIME_NANOS - head.timestampNanos) / environment.meanBlockDelayNanos;
  if (delta <= left) return;
  throw parseError(
    `Failed parsing args: expected at most ${left} blocks in \`delta_height\`, found ${delta}`,
  );
}
