/** Plays the life of the largest network and notes what its most expensive calls burn. */
import type { AttemptId, DomainId } from "../../src/protocol/brand.ts";
import type { Command } from "../../src/protocol/commands.ts";
import {
  DEFAULT_CONFIG,
  MAX_CODE_BYTES,
  MAX_UPDATES,
  MAX_VOTED_PROPOSALS,
  minimumThreshold,
} from "../../src/protocol/limits.ts";
import { updateCostYocto } from "../../src/protocol/rules/updates.ts";
import type { KeyEventId, ParametersProposal } from "../../src/protocol/state.ts";
import { tlsKeyProof } from "../model/arguments.ts";
import { domainKey, nameOf } from "../model/cast.ts";
import {
  DOMAINS,
  EPOCH,
  fillRecord,
  greatestChange,
  KEYSET,
  longInfo,
  longName,
  nodeKeyCall,
  payCall,
  proposeCall,
  type Size,
  sameAgain,
  serviceCall,
  startCall,
} from "./largest-network.ts";
import { measureTransparency } from "./measure-transparency.ts";
import { type Stage, type StageCall, stageOf } from "./stage.ts";

/** Burnt gas by what was done. */
export type WorstCalls = ReadonlyMap<string, bigint>;

export function measureWorstCalls(wasm: Uint8Array, size: Size): WorstCalls {
  const figures = new Map<string, bigint>();
  const note = (name: string, gas: bigint): void => {
    if (gas > (figures.get(name) ?? 0n)) figures.set(name, gas);
  };
  measureKeygen(stageOf(wasm), size, note);
  const stage = stageOf(wasm);
  note("init_running", stage.call(startCall(size)));
  for (let at = 0; at < size.participants; at++) {
    note("submit_participant_info", stage.call(nodeKeyCall(longName("member", at), size)));
    fillRecord(stage, longName("member", at), size);
  }
  note("state in Running", stage.view("state"));
  measureTransparency(stage, size, note);
  measureUpdates(stage, size, note);
  const settled = stage.save();
  measureDisagreement(stage, size, note);
  stage.rewind(settled);
  measureChange(stage, size, note);
  return figures;
}

type Note = (name: string, gas: bigint) => void;

/** Eight domains at once, proposed by everybody, then generated; the last of them. */
function measureKeygen(stage: Stage, size: Size, note: Note): void {
  stage.call(startCall(size, []));
  const by = (at: number, command: Command, role = "node"): StageCall => {
    const name = longName("member", at);
    return { name, signer: `${name}:${role}`, command };
  };
  for (let at = 0; at < size.participants; at++) stage.call(nodeKeyCall(longName("member", at), size));
  for (let at = 0; at < MAX_VOTED_PROPOSALS; at++) {
    const domains = DOMAINS.map((domain) => ({ ...domain, reconstruction_threshold: 2 + at }));
    stage.call(by(at, { type: "vote_add_domains", domains }));
  }
  for (let at = 0; at < size.participants; at++) {
    note("vote_add_domains", stage.call(by(at, { type: "vote_add_domains", domains: DOMAINS })));
  }
  note("state in Initializing", stage.view("state"));
  for (const { id, protocol } of DOMAINS) {
    const key_event_id = { epoch_id: EPOCH, domain_id: id, attempt_id: 0 as AttemptId };
    note("start_keygen_instance", stage.call(by(0, { type: "start_keygen_instance", key_event_id })));
    const public_key = domainKey(protocol, `domain ${id}`);
    for (let at = 0; at < size.participants; at++) {
      note("vote_pk", stage.call(by(at, { type: "vote_pk", key_event_id, public_key })));
    }
  }
}

/** As many updates as there may be, one with the longest code; displaced, withdrawn, voted. */
function measureUpdates(stage: Stage, size: Size, note: Note): void {
  const saved = stage.save();
  const code = new Uint8Array(MAX_CODE_BYTES);
  const propose = (at: number, bytes: Uint8Array): bigint => {
    const name = longName("member", at);
    const command: Command = {
      type: "propose_update",
      code_sha256: null,
      code_bytes: 0,
      config: { ...DEFAULT_CONFIG, network_id: "n".repeat(64) },
    };
    const depositYocto = updateCostYocto(bytes.length) + 1n;
    return stage.call({ name, signer: `${name}:owner`, command, depositYocto, code: bytes });
  };
  for (let at = 0; at <= MAX_UPDATES; at++) note("propose_update", propose(at, code));
  note("proposed_updates", stage.view("proposed_updates"));
  const withdraw: Command = { type: "remove_update_vote" };
  const first = longName("member", MAX_UPDATES);
  note("remove_update_vote", stage.call({ name: first, signer: "any", command: withdraw }));
  for (let at = 0; at < minimumThreshold(size.participants); at++) {
    const command = { type: "vote_update", id: 1 } as Command;
    note("vote_update", stage.call({ name: longName("member", at), signer: "any", command }));
  }
  note("migrate", stage.call({ name: "mpc", signer: "owner", command: { type: "migrate" } }));
  stage.rewind(saved);
}

/** Everybody votes, for as many different proposals as there is room for; then they change what the proposals list. */
function measureDisagreement(stage: Stage, size: Size, note: Note): void {
  const variant = (at: number): ParametersProposal =>
    sameAgain(size, Object.fromEntries(DOMAINS.map(({ id }) => [String(id), 2 + (at % 20)])));
  for (let at = 0; at < size.participants; at++) {
    const call = proposeCall(longName("member", at), variant(at % MAX_VOTED_PROPOSALS));
    note("vote_new_parameters, one of many", stage.call(call));
  }
  const crowded = stage.save();
  note("state in Running with all votes", stage.view("state"));
  const last = longName("member", size.participants - 1);
  note("vote_new_parameters, one too many", stage.call(proposeCall(last, variant(MAX_VOTED_PROPOSALS))));
  stage.rewind(crowded);
  note("migrate with all votes", stage.call({ name: "mpc", signer: "owner", command: { type: "migrate" } }));
  const url = longInfo(`moved-${last}`, size.urlBytes).url;
  const move: Command = { type: "update_participant_url", url };
  note("update_participant_url", stage.call({ name: last, signer: "any", command: move, depositYocto: 1n }));
  stage.rewind(crowded);
  measureRecovery(stage, size, note);
}

/** The last machine of this name comes back. */
function enterCall(name: string, { urlBytes }: Size): StageCall {
  const label = `${name}:fresh`;
  const command: Command = {
    type: "submit_participant_recovery_info",
    participant_info: longInfo(`back-${name}`, urlBytes, `${name}:2`),
    tls_key_proof: tlsKeyProof(name, "node", `${name}:2`, label),
    attestation: null,
  };
  return { name, signer: label, command };
}

function measureRecovery(stage: Stage, size: Size, note: Note): void {
  const last = longName("member", size.participants - 1);
  const label = `${last}:fresh`;
  note("submit_participant_recovery_info", stage.call(enterCall(last, size)));
  note("state in Recovery with all votes", stage.view("state"));
  const open = stage.save();
  for (let at = 0; at < minimumThreshold(size.participants); at++) {
    const command = { type: "vote_cancel_recovery", recovery_id: 0 } as Command;
    note("vote_cancel_recovery", stage.call({ name: longName("member", at), signer: "any", command }));
  }
  stage.rewind(open);
  const conclude: Command = { type: "conclude_recovery", keyset: KEYSET, recovery_id: null };
  note("conclude_recovery", stage.call({ name: last, signer: label, command: conclude }));
}

/** All but as many as must stay leave; newcomers pay, submit, vote and take over, domain by domain. */
function measureChange(stage: Stage, size: Size, note: Note): void {
  const proposal = greatestChange(size);
  const names = proposal.parameters.participants.participants.map(([id]) => nameOf(id));
  const newcomers = names.slice(minimumThreshold(size.participants));
  for (const name of newcomers) {
    note("storage_deposit", stage.call(payCall(name)));
    note("submit_participant_info, candidate", stage.call(nodeKeyCall(name, size)));
  }
  for (const name of names.slice(0, -1)) {
    note("vote_new_parameters, with newcomers", stage.call(proposeCall(name, proposal)));
  }
  measureLongestState(stage, size, note);
  const last = names.at(-1) ?? "";
  note("vote_new_parameters, agreed", stage.call(proposeCall(last, proposal)));
  for (const name of newcomers) stage.call(serviceCall(name, size));
  note("state in Resharing", stage.view("state"));
  const resharing = stage.save();
  for (let at = 0; at < minimumThreshold(size.participants); at++) {
    const command: Command = { type: "vote_cancel_resharing" };
    note("vote_cancel_resharing", stage.call({ name: longName("member", at), signer: "any", command }));
  }
  stage.rewind(resharing);
  proposeByLeaving(stage, size);
  for (const { id } of DOMAINS) reshareDomain(stage, id, names, note);
  note("state after", stage.view("state"));
}

/** All members and all newcomers but one have voted, and a Recovery is open. */
function measureLongestState(stage: Stage, size: Size, note: Note): void {
  const saved = stage.save();
  for (let at = minimumThreshold(size.participants); at < size.participants; at++) {
    const other = sameAgain(size, { "0": 2 + (at % (MAX_VOTED_PROPOSALS - 1)) });
    note("vote_new_parameters, one of many", stage.call(proposeCall(longName("member", at), other)));
  }
  stage.call(enterCall(longName("member", size.participants - 1), size));
  note("state in Recovery with newcomers' votes", stage.view("state"));
  const crowded = stage.save();
  const name = longName("newcomer", size.participants - minimumThreshold(size.participants) - 1);
  const moved = { ...nodeKeyCall(name, size), depositYocto: 1n };
  if (moved.command.type !== "submit_participant_info") throw new Error(moved.command.type);
  const participant_info = {
    ...moved.command.participant_info,
    url: longInfo("elsewhere", size.urlBytes).url,
  };
  note(
    "submit_participant_info of a candidate that is voted on",
    stage.call({ ...moved, command: { ...moved.command, participant_info } }),
  );
  stage.rewind(crowded);
  const leave: Command = { type: "storage_unregister", force: null };
  note("storage_unregister", stage.call({ name, signer: "any", command: leave, depositYocto: 1n }));
  stage.rewind(saved);
}

/** Updates of members that leave are given back with everything else. */
function proposeByLeaving(stage: Stage, size: Size): void {
  for (let at = 0; at < MAX_UPDATES; at++) {
    const name = longName("member", size.participants - 1 - at);
    const config = { ...DEFAULT_CONFIG, network_id: "n".repeat(64) };
    const command: Command = { type: "propose_update", code_sha256: null, code_bytes: 0, config };
    stage.call({ name, signer: "any", command, depositYocto: updateCostYocto(0) });
  }
  for (let at = 0; at < minimumThreshold(size.participants) - 1; at++) {
    const command = { type: "vote_update", id: at % MAX_UPDATES } as Command;
    stage.call({ name: longName("member", size.participants - 1 - at), signer: "any", command });
  }
}

function reshareDomain(stage: Stage, domain_id: DomainId, names: readonly string[], note: Note): void {
  const key_event_id = { epoch_id: EPOCH + 1, domain_id, attempt_id: 0 } as KeyEventId;
  const by = (name: string, command: Command): bigint =>
    stage.call({ name, signer: `${name}:node`, command });
  note("start_reshare_instance", by(names[0] ?? "", { type: "start_reshare_instance", key_event_id }));
  const isLast = domain_id === DOMAINS.length - 1;
  for (const [at, name] of names.entries()) {
    const gas = by(name, { type: "vote_reshared", key_event_id });
    note(isLast && at === names.length - 1 ? "vote_reshared, the last of all" : "vote_reshared", gas);
  }
}
