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
const SECRET_FIELDS = [
  "secret",
  "secret_key",
  "private_key",
  "keyshares",
  "share",
  "key_bytes",
  "plaintext",
  "body",
];

/** A log of JSON lines on stderr, one object a line with `time` (ISO 8601), `level`, `program`, `event`. */
export function openLog(program: string, accountId: string): Log {
  const logger = pino(
    {
      base: { program, account_id: accountId },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: SECRET_FIELDS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
        censor: "[redacted]",
      },
    },
    openDestination(),
  );
  return {
    info: (event, fields) => logger.info({ event, ...fields }),
    warn: (event, fields) => logger.warn({ event, ...fields }),
    error: (event, fields) => logger.error({ event, ...fields }),
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
