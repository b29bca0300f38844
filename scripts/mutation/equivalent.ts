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

export const EQUIVALENT: readonly Equivalent[] = [];
