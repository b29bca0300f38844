/** A change of a source that no test can see, because the program behaves the same. */
export interface Equivalent {
  /** Path of the source, relative to the repository. */
  readonly file: string;
  /** The code that is changed, as it stands in the source. */
  readonly code: string;
  /** What Stryker puts in its place. */
  readonly becomes: string;
  readonly why: string;
}

const INITIALIZING = "contract/src/protocol/states/initializing.ts";
const NO_EMPTY_LIST =
  "vote_add_domains refuses an empty list before it counts votes; the guard is for the type";

export const EQUIVALENT: readonly Equivalent[] = [
  { file: INITIALIZING, code: "!first", becomes: "false", why: NO_EMPTY_LIST },
  { file: INITIALIZING, code: '"NO_DOMAINS_PROPOSED"', becomes: '""', why: NO_EMPTY_LIST },
  {
    file: INITIALIZING,
    code: "instance?.attempt_id",
    becomes: "instance.attempt_id",
    why: "a key is only finished in an attempt that runs; the guard is for the type",
  },
];
