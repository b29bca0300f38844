import { base58 } from "@scure/base";
import { base64, FieldError, type Fields, hash, integer, list, object, text } from "./json-fields.ts";
import { type BlockHeaderLite, readHeaderLite } from "./light-block.ts";
import { LightClientError } from "./light-client-error.ts";
import { type LightHead, malformed } from "./light-head.ts";
import { borshBytes, borshList, borshNumber, borshText, sha256 } from "./near-borsh.ts";

/** An outcome that the chain committed to. Made by `verifyOutcome` only. */
export interface ProvenOutcome {
  readonly [PROVEN]: true;
  /** Of the transaction or receipt, base58. */
  readonly id: string;
  /** The account whose contract ran, and wrote the logs. */
  readonly executorId: string;
  readonly logs: readonly string[];
  readonly status: ProvenStatus;
  /** Of the block that commits to the outcome. */
  readonly height: bigint;
  readonly timestampNanos: bigint;
}

export type ProvenStatus =
  | { readonly kind: "value"; readonly value: Uint8Array }
  /** The receipt whose outcome decides. */
  | { readonly kind: "receipt"; readonly id: string }
  | { readonly kind: "failure" };

/**
 * Checks an answer to `EXPERIMENTAL_light_client_proof`, given as parsed JSON: outcome → outcome root → block hash →
 * the head's block merkle root.
 *
 * Throws LightClientError. Source: NEAR's light client specification, "Transaction outcome proofs".
 *
 * @param id of the transaction or receipt that was asked for, base58
 */
export function verifyOutcome(head: LightHead, id: string, answer: unknown): ProvenOutcome {
  const { leaf, header, blockHash, outcome, paths } = parse(answer);
  if (outcome.id !== id)
    throw new LightClientError("OUTCOME_OTHER", `the proof is of ${outcome.id}, not of ${id}`);
  const chunkRoot = walk(leaf, paths.toChunk);
  requireRoot(walk(sha256(chunkRoot), paths.toBlock), header.outcomeRoot, "outcome root");
  requireRoot(header.hash, blockHash, "block hash");
  requireRoot(walk(header.hash, paths.toHead), base58.decode(head.blockMerkleRoot), "block merkle root");
  const { height, timestampNanos } = header;
  return { [PROVEN]: true, ...outcome, height, timestampNanos };
}

declare const PROVEN_TYPE: unique symbol;
const PROVEN: typeof PROVEN_TYPE = Symbol("proven") as typeof PROVEN_TYPE;

interface PathStep {
  readonly isLeft: boolean;
  readonly hash: Uint8Array;
}

interface ParsedProof {
  readonly leaf: Uint8Array;
  readonly header: BlockHeaderLite;
  readonly blockHash: Uint8Array;
  readonly outcome: Pick<ProvenOutcome, "id" | "executorId" | "logs" | "status">;
  readonly paths: Readonly<Record<"toChunk" | "toBlock" | "toHead", readonly PathStep[]>>;
}

// Trees of NEAR's chunks, shards and blocks are far less high.
const MAX_PATH = 64;
const MAX_LOGS = 1_000;
const MAX_LOG_CHARACTERS = 65_536;

function parse(answer: unknown): ParsedProof {
  try {
    const fields = object(answer, "the answer");
    const proof = object(fields.outcome_proof, "outcome_proof");
    const outcome = object(proof.outcome, "outcome");
    const logs = list(outcome.logs, "logs", MAX_LOGS).map((log) => text(log, "log", MAX_LOG_CHARACTERS));
    const id = hash(proof.id, "id");
    return {
      leaf: outcomeLeaf(id, outcome, logs),
      header: readHeaderLite(object(fields.block_header_lite, "block_header_lite")),
      blockHash: hash(proof.block_hash, "block_hash"),
      outcome: {
        id: base58.encode(id),
        executorId: text(outcome.executor_id, "executor_id", 64),
        logs,
        status: readStatus(object(outcome.status, "status")),
      },
      paths: {
        toChunk: readPath(proof.proof, "outcome_proof.proof"),
        toBlock: readPath(fields.outcome_root_proof, "outcome_root_proof"),
        toHead: readPath(fields.block_proof, "block_proof"),
      },
    };
  } catch (error) {
    throw malformed("OUTCOME_PROOF_MALFORMED", error);
  }
}

/** What a chunk's outcome tree has at its leaves: id, the outcome without its logs, and each log, hashed. */
function outcomeLeaf(id: Uint8Array, outcome: Fields, logs: readonly string[]): Uint8Array {
  const receipts = list(outcome.receipt_ids, "receipt_ids", 10_000).map((each) => hash(each, "receipt_id"));
  const partial = sha256(
    borshList(receipts),
    borshNumber(integer(outcome.gas_burnt, "gas_burnt"), 8),
    borshNumber(integer(outcome.tokens_burnt, "tokens_burnt"), 16),
    borshText(text(outcome.executor_id, "executor_id", 64)),
    borshStatus(readStatus(object(outcome.status, "status"))),
  );
  return sha256(borshList([id, partial, ...logs.map((log) => sha256(Buffer.from(log, "utf8")))]));
}

function readStatus(status: Fields): ProvenStatus {
  const [name, ...more] = Object.keys(status);
  if (more.length > 0) throw new FieldError("status has several variants");
  if (name === "SuccessValue") return { kind: "value", value: base64(status.SuccessValue, "SuccessValue") };
  if (name === "SuccessReceiptId") {
    return { kind: "receipt", id: base58.encode(hash(status.SuccessReceiptId, "SuccessReceiptId")) };
  }
  // What failed, and why, isn't committed to.
  if (name === "Failure") return { kind: "failure" };
  throw new FieldError("status is of no known variant");
}

function borshStatus(status: ProvenStatus): Uint8Array {
  switch (status.kind) {
    case "failure":
      return Uint8Array.of(1);
    case "value":
      return Buffer.concat([Uint8Array.of(2), borshBytes(status.value)]);
    case "receipt":
      return Buffer.concat([Uint8Array.of(3), base58.decode(status.id)]);
  }
}

function readPath(value: unknown, name: string): readonly PathStep[] {
  return list(value, name, MAX_PATH).map((each) => {
    const step = object(each, name);
    if (step.direction !== "Left" && step.direction !== "Right")
      throw new FieldError(`${name} has no direction`);
    return { isLeft: step.direction === "Left", hash: hash(step.hash, name) };
  });
}

function walk(leaf: Uint8Array, path: readonly PathStep[]): Uint8Array {
  return path.reduce((node, step) => (step.isLeft ? sha256(step.hash, node) : sha256(node, step.hash)), leaf);
}

function requireRoot(found: Uint8Array, expected: Uint8Array, what: string): void {
  if (Buffer.compare(found, expected) === 0) return;
  throw new LightClientError("OUTCOME_NOT_PROVEN", `the proof leads to another ${what}`);
}
