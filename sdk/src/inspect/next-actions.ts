import type { AnyCallName } from "../../../contract/src/interface/arguments.ts";
import { BACKUP_SERVICE_METHODS, METHODS, NODE_METHODS } from "../../../contract/src/interface/methods.ts";
import type { AccountId } from "../../../contract/src/protocol/brand.ts";
import { EDGES, type EdgeTrigger } from "../../../contract/src/protocol/edges.ts";
import { membersOf } from "../../../contract/src/protocol/rules/members.ts";
import type { ProtocolState, StateKind } from "../../../contract/src/protocol/state.ts";
import { backupServiceInfo, participantInfo, proposedUpdates } from "../actions/views.ts";
import type { DryCall, DryRuns, Foreseen } from "../dryrun/dry-run.ts";
import { openDryRuns } from "../dryrun/dry-run.ts";
import { type KnownArguments, knownArguments } from "./known-arguments.ts";
import { nearCommand } from "./near-command.ts";
import type { PinnedContract } from "./pinned-contract.ts";
import { readProgramVotes } from "./program-ballots.ts";

/** One call that is possible now. */
export interface NextAction {
  readonly method: AnyCallName;
  /** Whose access key is made for it: programs act by themselves, operators decide. */
  readonly by: "operator" | "node" | "backup_service";
  readonly args: Readonly<Record<string, unknown>>;
  /** Arguments that stand as `<…>`. With some, nothing was tried: `accounts` is empty. */
  readonly toFillIn: readonly string[];
  /** Accounts for which a dry run says that the call would change something. */
  readonly accounts: readonly AccountId[];
  /** The state's kind afterwards, one for each that may come of it. */
  readonly becomes: readonly StateKind[];
  /** Takes the full-access key, since it attaches money. */
  readonly needsFullAccess: boolean;
  /** For the `near` CLI, signed by the first of the accounts. */
  readonly command: string;
}

/**
 * All that can be done in the state as it is, tried out with dry runs for every account that may be meant.
 * Throws what view actions throw.
 */
export async function nextActions(contract: PinnedContract, network: string): Promise<readonly NextAction[]> {
  const { contractId, reader } = contract;
  const runs = await openDryRuns({ reader, contractId });
  const updates = (await proposedUpdates(reader)).value;
  const programs = await readProgramVotes(reader);
  const actions: NextAction[] = [];
  for (const method of possibleMethods(runs.state.kind)) {
    for (const known of knownArguments(method, runs.state, updates, programs)) {
      const action = await nextAction(contract, runs, network, method, known);
      if (action !== null) actions.push(action);
    }
  }
  return actions;
}

function possibleMethods(kind: StateKind): readonly AnyCallName[] {
  return (Object.keys(METHODS) as (keyof typeof METHODS)[]).filter((name): name is AnyCallName => {
    const spec = METHODS[name];
    if (spec.kind !== "call" || !spec.states.includes(kind)) return false;
    // The contract's own calls come with the update that it applies.
    return spec.caller !== "contract" || kind === "NotInitialized";
  });
}

async function nextAction(
  contract: PinnedContract,
  runs: DryRuns,
  network: string,
  method: AnyCallName,
  { args, toFillIn }: KnownArguments,
): Promise<NextAction | null> {
  const spec = METHODS[method];
  const isOpen =
    toFillIn.length > 0 ||
    spec.kind !== "call" ||
    spec.serialization === "borsh" ||
    spec.deposit === "any_amount";
  const outcomes = isOpen ? [] : await tried(contract, runs, method, args);
  const changing = outcomes.flatMap(({ accountId, foreseen }) =>
    foreseen.kind === "changes" ? [{ accountId, becomes: foreseen.state.kind }] : [],
  );
  if (!isOpen && changing.length === 0) return null;
  const accounts = changing.map(({ accountId }) => accountId);
  const signer = accounts[0] ?? "<account>";
  const { contractId } = contract;
  return {
    method,
    by: roleOf(method),
    args,
    toFillIn: isOpen && toFillIn.length === 0 ? ["arguments"] : toFillIn,
    accounts,
    becomes: isOpen ? edgesOf(runs.state.kind, method) : [...new Set(changing.map(({ becomes }) => becomes))],
    needsFullAccess: spec.kind === "call" && spec.deposit === "one_yocto",
    command: nearCommand({ contractId, network, method, args, signer }),
  };
}

interface Tried {
  readonly accountId: AccountId;
  readonly foreseen: Foreseen;
}

async function tried(
  { reader }: PinnedContract,
  runs: DryRuns,
  method: AnyCallName,
  args: unknown,
): Promise<readonly Tried[]> {
  const results: Tried[] = [];
  const accounts = candidates(runs.state, args);
  for (let at = 0; at < accounts.length; at += AT_ONCE) {
    const group = accounts.slice(at, at + AT_ONCE).map(async (accountId): Promise<Tried> => {
      const signerKey = await keyFor(method, accountId, runs.state, reader);
      // The arguments were filled by name from the method's own schema.
      const call = { method, args, accountId, signerKey } as unknown as DryCall;
      return { accountId, foreseen: await runs.foresee(call) };
    });
    results.push(...(await Promise.all(group)));
  }
  return results;
}

/** Each may have to read the records of an account. */
const AT_ONCE = 8;

/** Everyone who might be meant: members, those proposed in the Resharing and those of the proposal voted on. */
function candidates(state: ProtocolState, args: unknown): readonly AccountId[] {
  if (state.kind === "NotInitialized") return [];
  const members = membersOf(state).participants;
  const proposed = state.kind === "Resharing" ? state.resharing_key.parameters.participants.participants : [];
  const { proposal } = args as {
    proposal?: { parameters: { participants: { participants: typeof members } } };
  };
  const listed = proposal?.parameters.participants.participants ?? [];
  return [...new Set([...members, ...proposed, ...listed].map(([account]) => account))];
}

/** Where no key of a role is asked for, any key will do: the zero key is nobody's. */
const ANY_KEY = "ed25519:11111111111111111111111111111111";

async function keyFor(
  method: AnyCallName,
  account_id: AccountId,
  state: ProtocolState,
  reader: PinnedContract["reader"],
): Promise<string> {
  const spec = METHODS[method];
  const role = spec.kind === "call" ? spec.caller : "anyone";
  switch (role) {
    case "recovering_key":
      return state.kind === "Recovery" ? state.recovering.signer_account_pk : ANY_KEY;
    case "service_key":
      return (await backupServiceInfo(reader, { account_id })).value?.signer_account_pk ?? ANY_KEY;
    case "leader_node_key":
    case "member_node_key":
    case "proposed_node_key":
      return (await participantInfo(reader, { account_id })).value?.node_key ?? ANY_KEY;
    default:
      return ANY_KEY;
  }
}

function roleOf(method: AnyCallName): NextAction["by"] {
  if (BACKUP_SERVICE_METHODS.includes(method)) return "backup_service";
  return NODE_METHODS.includes(method) ? "node" : "operator";
}

function edgesOf(kind: StateKind, method: AnyCallName): readonly StateKind[] {
  const trigger: EdgeTrigger | null = method === "storage_withdraw" ? null : method;
  return [...new Set(EDGES.filter(([from, one]) => from === kind && one === trigger).map(([, , to]) => to))];
}
