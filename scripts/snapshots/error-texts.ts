import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BlockHeight } from "../../contract/src/protocol/brand.ts";
import { ERROR_TEXTS } from "../../contract/src/protocol/error-texts.ts";
import { parseView } from "../../sdk/src/actions/view-action.ts";
import { type AskNode, askNode } from "../../sdk/src/client/json-rpc.ts";
import { createProvenReader } from "../../sdk/src/client/proven-reader.ts";
import { createKeyFile, readKeyFile } from "../../sdk/src/crypto/key-files.ts";
import { ed25519KeyPairFromSeed, parsePublicKey } from "../../sdk/src/crypto/keys.ts";
import { BaseError } from "../../sdk/src/errors/base-error.ts";
import { CLIENT_ERROR_TEXTS } from "../../sdk/src/errors/client-error-texts.ts";
import { ContractError, errorFromExecution } from "../../sdk/src/errors/contract-error.ts";
import { ReportedError } from "../../sdk/src/errors/rpc-error.ts";
import { SignatureError } from "../../sdk/src/errors/signature-error.ts";
import { type TransactionCode, TransactionError } from "../../sdk/src/errors/transaction-error.ts";
import { TRANSACTION_TEXTS } from "../../sdk/src/errors/transaction-texts.ts";
import { pinBlock } from "../../sdk/src/inspect/pin-block.ts";
import { parseProposal } from "../../sdk/src/inspect/proposal-hash.ts";
import { readTransaction } from "../../sdk/src/inspect/read-transaction.ts";
import { parseWatchCursor } from "../../sdk/src/watch/watch-cursor.ts";

/** Every error of the SDK as an operator reads it, provoked where its text is made at the place of the failure. */
export async function errorTextsSnapshot(): Promise<string> {
  const refusals = Object.keys(ERROR_TEXTS).map((code) => new ContractError({ code, info: {} }));
  const own = [
    ...(await rpcErrors()),
    ...transactionErrors(),
    ...localErrors(),
    ...(await keyFileErrors()),
    ...(await inspectErrors()),
  ];
  const unknown = new ContractError({ code: "CODE_OF_A_NEWER_CONTRACT", info: { provided: 1 } });
  return [...refusals, unknown, ...own].map(shown).join("\n");
}

/** The page of the SDK's own codes; its headings are the anchors that errors link to. */
export function clientErrorPage(): string {
  const entries = Object.entries(CLIENT_ERROR_TEXTS).map(
    ([code, { meaning, remedy, retry }]) =>
      `## ${code}\n\n${meaning} ${remedy}\n\nA retry without any change ${ADVICE[retry]}.`,
  );
  const intro =
    "The codes that the SDK itself gives; the contract's own are in [protocol.md](protocol.md#errors). Generated: `npm run snapshots -- update`.";
  return `# Errors of the SDK\n\n${intro}\n\n${entries.join("\n\n")}\n`;
}

const ADVICE = {
  helps: "may help",
  "doesn't help": "does not help",
  depends: "may help or not: the error's `retryable` says it",
} as const;

function shown(error: BaseError): string {
  return `${error.name} ${error.code}${error.retryable ? " (a retry may help)" : ""}\n${indented(error.message)}\n`;
}

function indented(text: string): string {
  return text
    .split("\n")
    .map((line) => `  ${line}`)
    .join("\n");
}

const URL_OF_NODE = "http://rpc.example/secret-path";
const ONCE = { retry: { attempts: 1 }, timeoutMillis: 1, maxResponseBytes: 200 } as const;

/** What `fetch` does, and the error that comes of it. */
async function rpcErrors(): Promise<BaseError[]> {
  const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });
  const fetches: (() => Promise<Response>)[] = [
    () => Promise.reject(new TypeError("fetch failed", { cause: coded("ECONNREFUSED") })),
    () => Promise.reject(new DOMException("This operation was aborted", "AbortError")),
    async () => new Response("busy", { status: 503 }),
    async () => new Response("no", { status: 403 }),
    async () => new Response("x".repeat(300)),
    async () => new Response("<html>"),
    async () => new Response(Uint8Array.of(0xff)),
    async () => json({ jsonrpc: "2.0", id: "other", result: 1 }),
  ];
  const real = globalThis.fetch;
  const errors: BaseError[] = [caught(() => askNode({ url: "rpc.example/secret" }))];
  errors.push(caught(() => askNode({ url: "http://user:secret@rpc.example" })));
  try {
    for (const [at, answer] of fetches.entries()) {
      // Only the second stands for a time limit, which must have passed.
      globalThis.fetch = at === 1 ? untilAborted : answer;
      errors.push(await rejected(node(at === 1 ? ONCE.timeoutMillis : 10_000).ask("status", [])));
    }
    globalThis.fetch = untilAborted;
    errors.push(await rejected(node(10_000).ask("status", [], AbortSignal.abort())));
  } finally {
    globalThis.fetch = real;
  }
  return [...errors, ...REPORTED.map(reported), ...(await proofErrors())];
}

function node(timeoutMillis: number): AskNode {
  return askNode({ url: URL_OF_NODE, ...ONCE, timeoutMillis });
}

const untilAborted: typeof fetch = (_, init) =>
  new Promise((_resolve, reject) => {
    const abort = () => reject(new DOMException("This operation was aborted", "AbortError"));
    if (init?.signal?.aborted) abort();
    init?.signal?.addEventListener("abort", abort);
  });

const REPORTED = [
  "UNKNOWN_ACCOUNT",
  "UNKNOWN_BLOCK",
  "GARBAGE_COLLECTED_BLOCK",
  "UNKNOWN_TRANSACTION",
  "UNKNOWN_ACCESS_KEY",
  "NO_CONTRACT_CODE",
  "TIMEOUT_ERROR",
  "PARSE_ERROR",
];

function reported(cause: string): BaseError {
  const message = "Server error";
  return new ReportedError("http://rpc.example", { cause, info: null, data: null, message });
}

async function proofErrors(): Promise<BaseError[]> {
  const endpoints = ["http://a.example", "http://b.example"].map((url) => ({ url, ...ONCE }));
  const reader = (mustAgree: number) =>
    createProvenReader({
      contractId: "mpc.near",
      trust: { kind: "quorum", endpoints, mustAgree },
      now: () => 2_000_000_000_000,
    });
  const errors = [caught(() => reader(3))];
  const real = globalThis.fetch;
  try {
    for (const hash of [["old", "old"], ["one", "other"], []]) {
      globalThis.fetch = async (url) => blockAnswer(String(url), hash);
      errors.push(await rejected(reader(2).viewProven([])));
    }
  } finally {
    globalThis.fetch = real;
  }
  return errors;
}

function blockAnswer(url: string, [first, second]: readonly string[]): Response {
  const hash = url.includes("a.example") ? first : second;
  if (hash === undefined) return new Response("busy", { status: 503 });
  const header = { height: 7, hash, timestamp_nanosec: "1000000000000000000" };
  return new Response(JSON.stringify({ jsonrpc: "2.0", id: "mpc-recovery", result: { header } }));
}

function transactionErrors(): BaseError[] {
  const codes = Object.keys(TRANSACTION_TEXTS) as TransactionCode[];
  return codes.map((code) => new TransactionError(code, { reported: "by the node" }));
}

async function inspectErrors(): Promise<BaseError[]> {
  const knowsNothing = (cause: string): AskNode => ({
    name: "http://rpc.example",
    ask: () => Promise.reject(reported(cause)),
  });
  const height = 100 as BlockHeight;
  return [
    await rejected(pinBlock([knowsNothing("UNKNOWN_BLOCK")], { height })),
    caught(() => parseProposal("{}")),
    await rejected(readTransaction(knowsNothing("UNKNOWN_TRANSACTION"), "1".repeat(32), "a.near")),
  ];
}

function localErrors(): BaseError[] {
  const executions = [
    "MethodResolveError(MethodNotFound)",
    "CodeDoesNotExist",
    "Exceeded the prepaid gas.",
    "Smart contract panicked: attempt to subtract with overflow",
    "anything else",
  ];
  return [
    ...executions.map((text) => errorFromExecution(text)),
    caught(() => parseView("backup_receipt", { epoch_id: "4" })),
    caught(() => parseWatchCursor("{}")),
    new SignatureError("ANSWER_INVALID", "ed25519:DerivedKey", "TransactionHash"),
    new SignatureError("NO_DERIVED_KEY_HERE", "bls12381:Key", "TransactionHash"),
    caught(() => parsePublicKey("key", "ed25519")),
    caught(() => parsePublicKey(`x25519:${"1".repeat(32)}`, "ed25519")),
  ];
}

async function keyFileErrors(): Promise<BaseError[]> {
  const folder = mkdtempSync(join(tmpdir(), "mpc-recovery-errors-"));
  const keyPair = ed25519KeyPairFromSeed(new Uint8Array(32));
  writeFileSync(join(folder, "broken"), "{}");
  try {
    const errors = [
      await rejected(readKeyFile(join(folder, "none"))),
      await rejected(readKeyFile(folder)),
      await rejected(readKeyFile(join(folder, "broken"))),
      await rejected(createKeyFile(join(folder, "broken"), { keyPair })),
      await rejected(createKeyFile(join(folder, "none", "key"), { keyPair })),
    ];
    return errors.map((error) => withoutPath(error, folder));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The folder's name differs from run to run. */
function withoutPath(error: BaseError, folder: string): BaseError {
  const { code, metaMessages, name, retryable, docsPath } = error;
  const shortMessage = error.shortMessage.replaceAll(folder, "/folder");
  const same = new BaseError({ code, shortMessage, metaMessages, retryable, ...(docsPath && { docsPath }) });
  return Object.assign(same, { name });
}

function coded(code: string): Error {
  return Object.assign(new Error(code), { code });
}

function caught(provoke: () => unknown): BaseError {
  try {
    provoke();
  } catch (error) {
    if (error instanceof BaseError) return error;
    throw error;
  }
  throw new Error("expected an error, found none");
}

async function rejected(promise: Promise<unknown>): Promise<BaseError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return caught(() => {
    throw error;
  });
}
