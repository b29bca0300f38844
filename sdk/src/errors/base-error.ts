/** What every error of the SDK and of the services carries beside its message. */
export interface BaseErrorFields {
  /** Stable, machine-readable name in SCREAMING_SNAKE. Part of the API. */
  readonly code: string;
  /** One sentence for people: what was expected and what was found. */
  readonly shortMessage: string;
  /** Further lines: the values involved and what to do about it. */
  readonly metaMessages?: readonly string[];
  /** Anchor in the project's docs, for instance `docs/protocol.md#epoch_mismatch`. */
  readonly docsPath?: string;
  readonly cause?: unknown;
  /** True when the same call may succeed later without anybody changing anything. */
  readonly retryable: boolean;
}

/**
 * The one error class that all errors of the SDK extend.
 *
 * `message` is the short message, the meta messages and the docs path, one a line, so that printing the
 * error alone tells an operator what happened and what to do.
 */
export class BaseError extends Error {
  readonly code: string;
  readonly shortMessage: string;
  readonly metaMessages: readonly string[];
  readonly docsPath: string | undefined;
  readonly retryable: boolean;

  constructor(fields: BaseErrorFields) {
    super(messageOf(fields), fields.cause === undefined ? undefined : { cause: fields.cause });
    this.name = new.target.name;
    this.code = fields.code;
    this.shortMessage = fields.shortMessage;
    this.metaMessages = fields.metaMessages ?? [];
    this.docsPath = fields.docsPath;
    this.retryable = fields.retryable;
  }

  /**
   * Walks the chain of causes, this error first.
   *
   * Returns the first link that `matches`, or `undefined` when none does.
   */
  walk(matches: (link: unknown) => boolean): unknown {
    const seen = new Set<unknown>();
    let link: unknown = this;
    while (link !== undefined && link !== null && !seen.has(link)) {
      if (matches(link)) return link;
      seen.add(link);
      link = link instanceof Error ? link.cause : undefined;
    }
    return undefined;
  }
}

/** The code of any thrown value: a BaseError's own, otherwise `undefined`. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof BaseError ? error.code : undefined;
}

/** Whether repeating the failed call may help. Values that aren't a BaseError are bugs, so: no. */
export function isRetryable(error: unknown): boolean {
  return error instanceof BaseError && error.retryable;
}

function messageOf(fields: BaseErrorFields): string {
  const lines = [fields.shortMessage, ...(fields.metaMessages ?? [])];
  if (fields.docsPath !== undefined) lines.push(`See ${fields.docsPath}`);
  return lines.join("\n");
}
