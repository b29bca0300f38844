import type { AskNode } from "../client/json-rpc.ts";
import type { BlockReference, ReadContract, ViewOutcome } from "../client/read-contract.ts";
import { errorCode } from "../errors/base-error.ts";
import { errorFromExecution } from "../errors/contract-error.ts";
import { ProofError } from "../errors/proof-error.ts";
import { RpcError } from "../errors/rpc-error.ts";
import type { Inspected, PinnedBlock } from "./inspected.ts";
import { blockNotKept, disagreement, type Pin, pinBlock } from "./pin-block.ts";

/** Where the inspector reads from. Works in a browser too. */
export interface InspectSource {
  readonly contractId: string;
  /** One is believed; of several, two must agree and none may contradict. */
  readonly nodes: readonly [AskNode, ...AskNode[]];
}

/** The contract at one block. */
export interface PinnedContract {
  readonly contractId: string;
  readonly block: PinnedBlock;
  readonly endpoints: readonly string[];
  /** The same endpoints, for what no view shows; what one tells is only believed. */
  readonly nodes: readonly AskNode[];
  /** Answers at that block whatever `at` says, so that all the SDK's views can be read through it. */
  readonly reader: ReadContract;
}

const ATTEMPTS = 3;

/**
 * Makes a report of what the contract shows at one block.
 *
 * Throws ProofError, InspectError `BLOCK_NOT_KEPT`, RpcError, ContractError, ExecutionError, and what `read` throws.
 */
export async function inspectAt<Value>(
  source: InspectSource,
  at: BlockReference,
  read: (contract: PinnedContract) => Promise<Value>,
  signal?: AbortSignal,
): Promise<Inspected<Value>> {
  for (let made = 1; ; made += 1) {
    const contract = pinnedContract(source.contractId, await pinBlock(source.nodes, at, signal));
    const { contractId, block, endpoints } = contract;
    try {
      return { contractId, block, endpoints, value: await read(contract) };
    } catch (error) {
      if (errorCode(error) !== "UNKNOWN_BLOCK") throw error;
      // Nodes that keep little may have dropped the head's state meanwhile: the next head will do as well.
      if (!("finality" in at) || made >= ATTEMPTS) throw blockNotKept({ height: block.height }, error);
    }
  }
}

function pinnedContract(contractId: string, { block, nodes }: Pin): PinnedContract {
  const view: ReadContract["view"] = async (method, args, options) => {
    const needed = Math.min(nodes.length, 2);
    const settled = await Promise.allSettled(
      nodes.map(async (node) => ({
        node,
        outcome: await viewOn(node, contractId, block, { method, args }, options?.signal),
      })),
    );
    const answers = settled.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
    const faults = settled.flatMap((each) => (each.status === "rejected" ? [each.reason as unknown] : []));
    const [first, ...others] = answers;
    if (first === undefined) throw faults[0];
    for (const other of others) {
      if (other.outcome.text !== first.outcome.text)
        throw disagreement(first.node, other.node, `the answer of ${method}`);
    }
    if (answers.length < needed) {
      throw faults.find((fault) => errorCode(fault) === "UNKNOWN_BLOCK") ?? unsupported(method, faults);
    }
    return { value: parseJson(first.outcome, first.node), blockHeight: block.height, blockHash: block.hash };
  };
  const endpoints = nodes.map(({ name }) => name);
  return { contractId, block, endpoints, nodes, reader: { view: asked(view) } };
}

/** A block doesn't change: what was asked once is not asked again, however many reports need it. */
function asked(view: ReadContract["view"]): ReadContract["view"] {
  const answers = new Map<string, Promise<ViewOutcome>>();
  return (method, args, options) => {
    const question = JSON.stringify([method, args ?? {}]);
    const answer = answers.get(question) ?? view(method, args, options);
    answers.set(question, answer);
    return answer;
  };
}

/** One answered and the others failed: what one says alone isn't proven. */
function unsupported(method: string, faults: readonly unknown[]): ProofError {
  return new ProofError(
    "QUORUM_NOT_REACHED",
    `Expected two endpoints to agree on the answer of ${method}, but only one gave it.`,
    "Check the endpoints, or give other ones.",
    faults,
  );
}

interface RawOutcome {
  /** The result's JSON text; empty for none. */
  readonly text: string;
}

interface ViewCall {
  readonly method: string;
  readonly args: unknown;
}

async function viewOn(
  node: AskNode,
  contractId: string,
  block: PinnedBlock,
  { method, args }: ViewCall,
  signal: AbortSignal | undefined,
): Promise<RawOutcome> {
  const params = {
    request_type: "call_function",
    account_id: contractId,
    method_name: method,
    args_base64: base64Of(JSON.stringify(args ?? {})),
    block_id: block.hash,
  };
  const answer = (await node.ask("query", params, signal)) as Partial<Record<string, unknown>> | null;
  if (typeof answer?.error === "string") throw errorFromExecution(answer.error);
  const { result, block_hash: hash } = answer ?? {};
  if (!Array.isArray(result) || hash !== block.hash) {
    throw invalid(node, "sent a view result of another shape or block");
  }
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(result as number[])) };
  } catch {
    throw invalid(node, "sent a view result that isn't text");
  }
}

function parseJson({ text }: RawOutcome, node: AskNode): ViewOutcome["value"] {
  if (text === "") return null;
  try {
    return JSON.parse(text);
  } catch {
    throw invalid(node, "sent a view result that isn't JSON");
  }
}

function invalid(node: AskNode, what: string): RpcError {
  return new RpcError("RPC_ANSWER_INVALID", node.name, what, {
    retryable: true,
    hints: ["Check that the contract id names the recovery contract."],
  });
}

/** Without Node's Buffer, which browsers don't have. */
function base64Of(text: string): string {
  return btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(""));
}
