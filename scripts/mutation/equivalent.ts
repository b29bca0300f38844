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
const MEMBERSHIP = "contract/src/protocol/rules/membership.ts";
const NEVER_BOTH = "a proposal can't change a member's entry, and none changes while it is carried out";
const ALWAYS_PAID = "who joins has submitted its info, which takes a deposit that stays while it is proposed";
const SPARES_READING =
  "without anybody who left nothing is found to change; the condition only spares the look";
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
  {
    file: MEMBERSHIP,
    code: "left.filter((account) => !joined.includes(account))",
    becomes: "left",
    why: NEVER_BOTH,
  },
  {
    file: MEMBERSHIP,
    code: "joined.filter((account) => !left.includes(account))",
    becomes: "joined",
    why: NEVER_BOTH,
  },
  {
    file: MEMBERSHIP,
    code: "context.lookup.record(account)?.storage_deposit_yocto",
    becomes: "context.lookup.record(account).storage_deposit_yocto",
    why: ALWAYS_PAID,
  },
  { file: MEMBERSHIP, code: "deposit === null", becomes: "false", why: ALWAYS_PAID },
  { file: MEMBERSHIP, code: "[]", becomes: '["Stryker was here"]', why: ALWAYS_PAID },
  { file: MEMBERSHIP, code: "left.length > 0", becomes: "true", why: SPARES_READING },
  { file: MEMBERSHIP, code: "left.length > 0", becomes: "left.length >= 0", why: SPARES_READING },
];
