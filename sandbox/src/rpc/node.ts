import type { Chain } from "../chain/chain.ts";

/** The chain as the RPC serves it, with a way to wait for its next change. */
export interface RpcNode {
  readonly chain: Chain;
  readonly nodePublicKey: string;
  readonly rpcAddress: string;
  readonly startedAtMs: number;
  /** Resolved and emptied by {@link announceBlock}. */
  readonly blockWaiters: Set<() => void>;
}

/** Tells those who wait that the chain has moved. */
export function announceBlock(node: RpcNode): void {
  const waiters = [...node.blockWaiters];
  node.blockWaiters.clear();
  for (const wake of waiters) wake();
}

/** Waits until `condition` holds, looking after every block; false when `timeoutMs` passes first. */
export async function waitUntil(
  node: RpcNode,
  condition: () => boolean,
  timeoutMs: number,
): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (!condition()) {
    const left = deadline - Date.now();
    if (left <= 0) return false;
    await nextBlock(node, left);
  }
  return true;
}

function nextBlock(node: RpcNode, timeoutMs: number): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      node.blockWaiters.delete(finish);
      resolve();
    };
    const timer = setTimeout(finish, timeoutMs);
    node.blockWaiters.add(finish);
  });
}
