import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createChain } from "../chain/chain.ts";
import { produceBlock } from "../chain/produce-block.ts";
import { type HomeConfig, loadHome } from "../genesis/load-home.ts";
import { runtimeParameters } from "../parameters/runtime-parameters.ts";
import { announceBlock, type RpcNode } from "../rpc/node.ts";
import { createRpcServer } from "../rpc/server.ts";
import { runFunctionCall } from "../vm/run-function-call.ts";
import { announceAddress } from "./dump-state.ts";
import { listenOnPort } from "./listen-on-port.ts";

export interface RunOptions {
  readonly home: string;
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
}

export interface RunningNode {
  /** Where the RPC listens. */
  readonly port: number;
  readonly node: RpcNode;
  /** Closes the port and ends open connections. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts a node on a home directory that `init` made; resolves when the RPC listens. Throws when the port is another
 * program's.
 */
export async function runNode(options: RunOptions): Promise<RunningNode> {
  const home = loadHome(options.home);
  const node = createNode(home, `${options.host}:${options.port}`);
  const server = createRpcServer(node, home.maxBodyBytes);
  await listenOnPort(server, options);
  const timer = setInterval(() => {
    produceBlock(node.chain, null);
    announceBlock(node);
  }, home.blockDelayMs);
  const stop = async () => {
    clearInterval(timer);
    await close(server);
  };
  const { port } = server.address() as AddressInfo;
  announceAddress(options.home, `http://127.0.0.1:${port}`);
  return { port, node, stop };
}

function createNode(home: HomeConfig, rpcAddress: string): RpcNode {
  const chain = createChain(home.genesis, {
    parameters: runtimeParameters(home.genesis.protocolVersion),
    runFunctionCall,
    nowNanos: () => BigInt(Date.now()) * 1_000_000n,
    meanBlockDelayNanos: home.meanBlockDelayNanos,
    signAsValidator: home.signAsValidator,
  });
  produceBlock(chain, null);
  return {
    chain,
    nodePublicKey: home.nodePublicKey,
    rpcAddress,
    startedAtMs: Date.now(),
    blockWaiters: new Set(),
  };
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
