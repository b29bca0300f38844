import { request } from "node:http";
import { BaseError } from "../errors/base-error.ts";
import type { Attest } from "./attestation-provider.ts";
import { type Collateral, parseEvidence, type TdxEvidence } from "./evidence.ts";
import { FormatError, lenientJson, strictText } from "./strict-fields.ts";

/** Where an enclave gets Intel's documents for its quote; a PCCS, for instance. */
export type FetchCollateral = (quote: Uint8Array) => Promise<Collateral>;

export interface DstackOptions {
  /** The guest agent's socket, `/var/run/dstack.sock` in a dstack guest. */
  readonly socketPath: string;
  readonly fetchCollateral: FetchCollateral;
  readonly timeoutMillis: number;
}

/** The guest agent didn't answer as documented. Code `DSTACK_AGENT`; retryable. */
export class DstackAgentError extends BaseError {
  constructor(path: string, what: string, cause?: unknown) {
    const shortMessage = `The dstack guest agent at ${path} ${what}.`;
    super({ code: "DSTACK_AGENT", shortMessage, retryable: true, cause });
  }
}

/**
 * Evidence from dstack's guest agent over its unix socket: `POST /GetQuote` and `POST /Info`.
 *
 * Rejects with DstackAgentError. Source: dstack, sdk/curl/api.md.
 */
export function createDstackAttest(options: DstackOptions): Attest {
  return async (reportData) => {
    const report_data = Buffer.from(reportData).toString("hex");
    const quoted = await askAgent(options, "/GetQuote", { report_data });
    const info = await askAgent(options, "/Info", {});
    try {
      const quote = strictText(quoted.quote, "GetQuote.quote", /^([0-9a-f]{2})+$/, MAX_ANSWER_BYTES);
      const log = jsonText(quoted.event_log, "GetQuote.event_log");
      const tcbInfo = jsonText(info.tcb_info, "Info.tcb_info") as { app_compose?: unknown };
      const collateral = await options.fetchCollateral(Buffer.from(quote, "hex"));
      return dstackEvidence({ quote, collateral, event_log: log, app_compose: tcbInfo?.app_compose });
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      throw new DstackAgentError(
        options.socketPath,
        `answers unlike its documentation: ${error.shortMessage}`,
      );
    }
  };
}

/** What the guest agent tells, put together with collateral. */
export interface DstackAnswers {
  readonly quote: unknown;
  readonly collateral: unknown;
  /** The agent's own list of `{imr, event_type, digest, event, event_payload}`. */
  readonly event_log: unknown;
  readonly app_compose: unknown;
}

/** Evidence of the agent's answers, without the fields that nothing proves. Throws FormatError. */
export function dstackEvidence(answers: DstackAnswers): TdxEvidence {
  const events = Array.isArray(answers.event_log) ? answers.event_log.map(provenPart) : answers.event_log;
  const evidence = parseEvidence({ kind: "dstack-tdx", ...answers, event_log: events });
  return evidence as TdxEvidence;
}

const MAX_ANSWER_BYTES = 1_048_576;

function provenPart(told: unknown): unknown {
  const { imr, digest, event_type, event, event_payload } = (told ?? {}) as Partial<Record<string, unknown>>;
  return imr === 3 ? { imr, event_type, event, event_payload } : { imr, digest };
}

function jsonText(value: unknown, place: string): unknown {
  if (typeof value !== "string") throw new FormatError(place, "JSON as a text");
  return lenientJson(Buffer.from(value, "utf8"), place, MAX_ANSWER_BYTES);
}

function askAgent(
  { socketPath, timeoutMillis }: DstackOptions,
  path: string,
  body: object,
): Promise<Readonly<Record<string, unknown>>> {
  const signal = AbortSignal.timeout(timeoutMillis);
  const headers = { "content-type": "application/json", host: "dstack" };
  return new Promise((resolve, reject) => {
    const fail = (what: string, cause?: unknown) => reject(new DstackAgentError(socketPath, what, cause));
    const asked = request({ socketPath, path, method: "POST", headers, signal }, (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > MAX_ANSWER_BYTES) asked.destroy(new Error("too long an answer"));
        chunks.push(chunk);
      });
      response.on("end", () => {
        if (response.statusCode !== 200) return fail(`answers ${path} with status ${response.statusCode}`);
        try {
          const answer = lenientJson(Buffer.concat(chunks), path, MAX_ANSWER_BYTES);
          if (typeof answer !== "object" || answer === null) throw new FormatError(path, "an object");
          resolve(answer as Record<string, unknown>);
        } catch (error) {
          fail(`answers ${path} with something that isn't JSON`, error);
        }
      });
    });
    asked.on("error", (error) => fail(`doesn't answer ${path} (${error.message})`, error));
    asked.end(JSON.stringify(body));
  });
}
