import { setMaxListeners } from "node:events";
import { isDeepStrictEqual } from "node:util";
import type { BlockHeight } from "../../../contract/src/protocol/brand.ts";
import { errorCode } from "../errors/base-error.ts";
import { ContractError, ExecutionError } from "../errors/contract-error.ts";
import { ProofError } from "../errors/proof-error.ts";
import { type BlockHeader, finalHeader, headerAt } from "./block-header.ts";
import { type AskNode, askNode, type RpcEndpoint } from "./json-rpc.ts";
import { type ViewCall, viewOnNode } from "./read-contract.ts";

/**
 * Why the answers are to be believed.
 *
 * `own_node`: the operator runs this node and trusts it alone. `quorum`: so many of these endpoints, run by
 * different parties, must agree; at least 2.
 */
export type Trust =
  | { readonly kind: "own_node"; readonly endpoint: RpcEndpoint }
  | { readonly kind: "quorum"; readonly endpoints: readonly RpcEndpoint[]; readonly mustAgree: number };

/** What a proven reader needs. */
export interface ProvenReaderOptions {
  readonly contractId: string;
  readonly trust: Trust;
  /** How far the agreed final block's time may be from this machine's clock. Default 120,000. */
  readonly maxAgeMillis?: number;
  /** This machine's clock, in milliseconds since 1970. Default: `Date.now`. */
  readonly now?: () => number;
}

declare const proven: unique symbol;

/** Results of several views at one final block that the trusted endpoints agree on. Only a reader makes it. */
export interface ProvenViews {
  readonly [proven]: true;
  /** In the order of the calls. Unchecked JSON. */
  readonly values: readonly unknown[];
  readonly blockHeight: BlockHeight;
  readonly blockHash: string;
  /** The block's time, in milliseconds since 1970. */
  readonly blockTimeMillis: number;
}

/** The port for whatever lets a secret out. */
export interface ReadProvenContract {
  /** All calls at one proven final block. Throws ProofError, ContractError, ExecutionError or RpcError. */
  viewProven(calls: readonly ViewCall[], signal?: AbortSignal): Promise<ProvenViews>;
}

/**
 * Makes a reader that fails closed: any contradiction between endpoints refuses, as do age and absence.
 *
 * Throws ProofError `TOO_FEW_ENDPOINTS` and RpcError `RPC_BAD_URL`; opens no connection.
 */
export function createProvenReader(options: ProvenReaderOptions): ReadProvenContract {
  const nodes = nodesOf(options.trust);
  const mustAgree = options.trust.kind === "quorum" ? options.trust.mustAgree : 1;
  const rules: Rules = {
    contractId: options.contractId,
    nodes,
    mustAgree,
    allowFuture: options.trust.kind === "own_node",
    maxAgeMillis: options.maxAgeMillis ?? DEFAULT_MAX_AGE_MILLIS,
    now: options.now ?? Date.now,
  };
  return { viewProven: (calls, signal) => withOwnSignal(signal, (own) => viewProven(rules, calls, own)) };
}

/** Many questions are asked at once: they listen to a signal of their own, so that the caller's has one listener. */
async function withOwnSignal<Value>(
  signal: AbortSignal | undefined,
  use: (own: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const own = new AbortController();
  setMaxListeners(0, own.signal);
  const abort = () => own.abort();
  signal?.addEventListener("abort", abort);
  if (signal?.aborted) abort();
  try {
    return await use(own.signal);
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}

interface Rules {
  readonly contractId: string;
  readonly nodes: readonly AskNode[];
  readonly mustAgree: number;
  /** A private chain's clock may run ahead, for instance after fast-forwarding; a lie by strangers may too. */
  readonly allowFuture: boolean;
  readonly maxAgeMillis: number;
  readonly now: () => number;
}

interface Answer {
  readonly node: AskNode;
  readonly header: BlockHeader;
  readonly values: readonly unknown[];
}

const DEFAULT_MAX_AGE_MILLIS = 120_000;
const FEWEST_THAT_AGREE = 2;
// A slow endpoint must not hold up the others for long: the quorum is the redundancy.
const IMPATIENT = { timeoutMillis: 5_000, retry: { attempts: 2 } };
const ADVICE = "Nothing was sent. Use endpoints of independent operators, or the operator's own NEAR node.";

function nodesOf(trust: Trust): readonly AskNode[] {
  if (trust.kind === "own_node") return [askNode(trust.endpoint)];
  const nodes = trust.endpoints.map((endpoint) => askNode({ ...IMPATIENT, ...endpoint }));
  const distinct = new Set(nodes.map((node) => new URL(node.name).hostname)).size;
  if (trust.mustAgree < FEWEST_THAT_AGREE || distinct < nodes.length || nodes.length < trust.mustAgree) {
    throw new ProofError(
      "TOO_FEW_ENDPOINTS",
      `Expected at least ${Math.max(trust.mustAgree, FEWEST_THAT_AGREE)} endpoints on different hosts that must agree, found ${distinct}.`,
      ADVICE,
    );
  }
  return nodes;
}

async function viewProven(
  rules: Rules,
  calls: readonly ViewCall[],
  signal: AbortSignal | undefined,
): Promise<ProvenViews> {
  const heads = await settled(
    rules.nodes.map(async (node) => ({ node, header: await finalHeader(node, signal) })),
  );
  const faults = [...heads.faults];
  let tooOld: BlockHeader | undefined;
  for (const height of commonHeights(heads.values, rules.mustAgree)) {
    const able = heads.values.filter(({ header }) => header.height >= height);
    const answers = await settled(able.map(({ node }) => answerAt(rules, node, calls, height, signal)));
    faults.push(...answers.faults);
    const agreed = agreement(answers.values);
    if (agreed === undefined || answers.values.length < rules.mustAgree) continue;
    if (isFresh(rules, agreed.header)) return provenViews(agreed);
    tooOld ??= agreed.header;
  }
  const aborted = faults.find((fault) => errorCode(fault) === "RPC_ABORTED");
  if (aborted !== undefined) throw aborted;
  const refusal = faults.find((fault) => fault instanceof ContractError || fault instanceof ExecutionError);
  // With a single trusted node the contract's own refusal is the answer, not a lack of proof.
  if (refusal !== undefined && rules.mustAgree === 1) throw refusal;
  throw tooOld === undefined ? notReached(rules, faults) : tooOldError(rules, tooOld);
}

async function answerAt(
  rules: Rules,
  node: AskNode,
  calls: readonly ViewCall[],
  height: BlockHeight,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  const header = await headerAt(node, height, signal);
  const at = { hash: header.hash };
  const outcomes = await Promise.all(
    calls.map((call) => viewOnNode(node, rules.contractId, call, at, signal)),
  );
  return { node, header, values: outcomes.map((outcome) => outcome.value) };
}

/** Final heights that at least `mustAgree` endpoints claim to have passed, the newest first. */
function commonHeights(heads: readonly { header: BlockHeader }[], mustAgree: number): readonly BlockHeight[] {
  const heights = heads.map(({ header }) => header.height).sort((left, right) => right - left);
  return [...new Set(heights.slice(mustAgree - 1))];
}

/** The answer that all give, undefined when there is none. Throws ProofError `ENDPOINTS_DISAGREE`. */
function agreement(answers: readonly Answer[]): Answer | undefined {
  const [first, ...others] = answers;
  if (first === undefined) return undefined;
  for (const other of others) {
    if (isDeepStrictEqual([first.header, first.values], [other.header, other.values])) continue;
    throw new ProofError(
      "ENDPOINTS_DISAGREE",
      `The endpoints ${first.node.name} and ${other.node.name} contradict each other about block ${first.header.height}.`,
      `At least one of them lies or is broken: find out which and remove it. ${ADVICE}`,
    );
  }
  return first;
}

function isFresh(rules: Rules, header: BlockHeader): boolean {
  const age = rules.now() - header.timeMillis;
  return age <= rules.maxAgeMillis && (rules.allowFuture || age >= -rules.maxAgeMillis);
}

function provenViews(answer: Answer): ProvenViews {
  return {
    values: answer.values,
    blockHeight: answer.header.height,
    blockHash: answer.header.hash,
    blockTimeMillis: answer.header.timeMillis,
  } as ProvenViews;
}

function notReached(rules: Rules, faults: readonly unknown[]): ProofError {
  return new ProofError(
    "QUORUM_NOT_REACHED",
    `Expected ${rules.mustAgree} of ${rules.nodes.length} endpoints to agree on a final block, but too few answered.`,
    ADVICE,
    faults,
  );
}

function tooOldError(rules: Rules, header: BlockHeader): ProofError {
  const seconds = Math.round((rules.now() - header.timeMillis) / 1000);
  return new ProofError(
    "STATE_TOO_OLD",
    `The newest agreed final block ${header.height} is ${seconds} s away from this machine's clock; at most ${rules.maxAgeMillis / 1000} s are allowed.`,
    `The endpoints lag, or this machine's clock is wrong. ${ADVICE}`,
  );
}

async function settled<Value>(
  promises: readonly Promise<Value>[],
): Promise<{ values: Value[]; faults: unknown[] }> {
  const results = await Promise.allSettled(promises);
  return {
    values: results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : [])),
    faults: results.flatMap((result) => (result.status === "rejected" ? [result.reason] : [])),
  };
}
