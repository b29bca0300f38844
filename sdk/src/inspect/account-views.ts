import type { ViewResult } from "../../../contract/src/interface/methods.ts";
import type { AccountId } from "../../../contract/src/protocol/brand.ts";
import { membersOf } from "../../../contract/src/protocol/rules/members.ts";
import type { ParticipantEntry, ProtocolState } from "../../../contract/src/protocol/state.ts";
import { backupReceipt, backupServiceInfo, participantInfo } from "../actions/views.ts";
import type { ReadContract } from "../client/read-contract.ts";

/** What the contract shows of one member, or of one newcomer in a Resharing. */
export interface AccountView {
  readonly accountId: AccountId;
  readonly participantId: number;
  readonly isNewcomer: boolean;
  readonly entry: ParticipantEntry;
  readonly participant: ViewResult<"participant_info">;
  readonly service: ViewResult<"backup_service_info">;
  readonly receipt: ViewResult<"backup_receipt">;
}

/** Questions asked at once; public endpoints limit their callers. */
const AT_ONCE = 8;

/** Reads all members' records, and newcomers', in the order of their ids. Throws what view actions throw. */
export async function readAccounts(
  reader: ReadContract,
  state: ProtocolState,
): Promise<readonly AccountView[]> {
  const entries = entriesOf(state);
  const views: AccountView[] = [];
  for (let at = 0; at < entries.length; at += AT_ONCE) {
    const group = entries.slice(at, at + AT_ONCE);
    views.push(...(await Promise.all(group.map((entry) => readAccount(reader, entry)))));
  }
  return views;
}

interface Entry {
  readonly entry: ParticipantEntry;
  readonly isNewcomer: boolean;
}

function entriesOf(state: ProtocolState): readonly Entry[] {
  if (state.kind === "NotInitialized") return [];
  const members = membersOf(state).participants;
  const known = new Set(members.map(([account]) => account));
  const proposed = state.kind === "Resharing" ? state.resharing_key.parameters.participants.participants : [];
  const newcomers = proposed.filter(([account]) => !known.has(account));
  return [
    ...members.map((entry) => ({ entry, isNewcomer: false })),
    ...newcomers.map((entry) => ({ entry, isNewcomer: true })),
  ].sort((one, other) => one.entry[1] - other.entry[1]);
}

async function readAccount(reader: ReadContract, { entry, isNewcomer }: Entry): Promise<AccountView> {
  const [account_id, participantId] = entry;
  const [participant, service, receipt] = await Promise.all([
    participantInfo(reader, { account_id }),
    backupServiceInfo(reader, { account_id }),
    backupReceipt(reader, { account_id }),
  ]);
  return {
    accountId: account_id,
    participantId,
    isNewcomer,
    entry,
    participant: participant.value,
    service: service.value,
    receipt: receipt.value,
  };
}
