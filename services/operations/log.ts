import { type DestinationStream, pino } from "pino";

/** Facts that go with an event; never secrets. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Where a program tells what it does. `event` is stable, `noun.past_participle`, and safe to build tools on. */
export interface Log {
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

// Nothing here is ever passed to a log on purpose; this is the net below.
const SECRET_FIELD =
  /secret|private|^(keyshares?|shares?|key_bytes|plaintext|body|identity|store_?key|signing_share|data_?key)$/i;
const SECRET_TEXT = /AGE-SECRET-KEY-[\w-]+|ed25519:[1-9A-HJ-NP-Za-km-z]{60,}/gi;
const CENSOR = "[redacted]";
const MAX_DEPTH = 8;

/**
 * The fields without secrets, whatever level they stand at: values of telling names, and texts of the form of a secret
 * key. A public key is shorter than what is taken for a secret one; a signature may go too.
 */
export function redact(fields: LogFields): LogFields {
  return redactObject(fields, 0);
}

function redactObject(fields: object, depth: number): Record<string, unknown> {
  const entries = Object.entries(fields).map(
    ([name, value]) => [name, SECRET_FIELD.test(name) ? CENSOR : redactValue(value, depth)] as const,
  );
  return Object.fromEntries(entries);
}

function redactValue(value: unknown, depth: number): unknown {
  if (typeof value === "string") return value.replace(SECRET_TEXT, CENSOR);
  if (value instanceof Error) return value.message.replace(SECRET_TEXT, CENSOR);
  if (typeof value !== "object" || value === null) return value;
  // Bytes are never facts for a log, and what is nested so deep isn't either.
  if (depth >= MAX_DEPTH || ArrayBuffer.isView(value)) return CENSOR;
  return Array.isArray(value)
    ? value.map((each) => redactValue(each, depth + 1))
    : redactObject(value, depth + 1);
}

/** A log of JSON lines on stderr, one object a line with `time` (ISO 8601), `level`, `program`, `event`. */
export function openLog(program: string, accountId: string): Log {
  const logger = pino(
    {
      base: { program, account_id: accountId },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    openDestination(),
  );
  return {
    info: (event, fields = {}) => logger.info({ event, ...redact(fields) }),
    warn: (event, fields = {}) => logger.warn({ event, ...redact(fields) }),
    error: (event, fields = {}) => logger.error({ event, ...redact(fields) }),
  };
}

const MAX_UNWRITTEN_BYTES = 1_048_576;

function openDestination(): DestinationStream {
  // Synchronous, so that the last line before a crash or an exit isn't lost.
  const destination = pino.destination({ dest: 2, sync: true, maxLength: MAX_UNWRITTEN_BYTES });
  // Without a listener a full disk or a broken pipe under the log would end the program.
  destination.on("error", () => undefined);
  return destination;
}
