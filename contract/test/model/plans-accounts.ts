/** What nodes, backup services and candidates tell the contract about themselves. */
import { keysetHash } from "../../src/interface/keyset-hash.ts";
import { lastSession } from "../../src/protocol/accounts/submit-ephemeral-key.ts";
import type { Sha256Hex, Url } from "../../src/protocol/brand.ts";
import type { Command } from "../../src/protocol/commands.ts";
import type { EphemeralKeyPurpose } from "../../src/protocol/records.ts";
import { currentKeyset } from "../../src/protocol/rules/members.ts";
import { candidateDepositYocto } from "../../src/protocol/rules/storage-deposit.ts";
import type { ParticipantInfo } from "../../src/protocol/state.ts";
import { sha256Hex } from "../support/keys.ts";
import { urlOf } from "../support/network.ts";
import { ephemeralKeyProof, tlsKeyProof, x25519 } from "./arguments.ts";
import {
  EVIDENCE,
  info,
  NEWCOMERS,
  NODE_SIGNERS,
  NODE_TLS,
  nameOf,
  SERVICE_SIGNERS,
  SERVICE_TLS,
  signer,
  signerLabelOf,
  tls,
  tlsLabelOf,
} from "./cast.ts";
import type { Dice } from "./dice.ts";
import {
  by,
  candidates,
  memberOf,
  nodeSigner,
  operator,
  recordOf,
  type Scene,
  type SimCall,
  serviceSigner,
} from "./scene.ts";

/** A node makes itself known: mostly one that is not known yet. */
export function submitNodeInfo(scene: Scene, dice: Dice): SimCall[] {
  const unknown = scene.present.filter((name) => recordOf(scene, name).node_key === null);
  const name = unknown.length > 0 && dice.chance(70) ? dice.pick(unknown) : dice.pick(scene.present);
  const registered = memberOf(scene, name)?.[2] ?? info(name);
  const label = name + dice.pick(NODE_SIGNERS);
  const depositYocto = dice.chance(30) ? 1n : 0n;
  return [by(name, label, nodeInfo(name, registered, label, dice), depositYocto)];
}

export function registerService(scene: Scene, dice: Dice): SimCall[] {
  const outsiders = candidates(scene).filter((name) => dice.chance(50) && name.startsWith("n"));
  const name = dice.pick([...scene.present, ...outsiders]);
  const holder = dice.chance(90) ? name : dice.pick(scene.members);
  const [tlsLabel, label] = [holder + dice.pick(SERVICE_TLS), name + dice.pick(SERVICE_SIGNERS)];
  const url = dice.chance(50) ? urlOf(`${name}-service`) : null;
  const command: Command = {
    type: "register_backup_service",
    backup_service_info: { public_key: tls(tlsLabel), signer_account_pk: signer(label), url },
    tls_key_proof: tlsKeyProof(name, "backup_service", tlsLabel, label),
    attestation: dice.pick(EVIDENCE),
  };
  const depositYocto = dice.chance(40) ? 1n : 0n;
  return [by(name, dice.chance(80) ? label : `${name}:owner`, command, depositYocto)];
}

export function confirmBackup(scene: Scene, dice: Dice): SimCall[] {
  if (scene.state.kind === "NotInitialized") return [];
  const keyset = currentKeyset(scene.state);
  const command: Command = {
    type: "confirm_backup",
    epoch_id: keyset.epoch_id,
    keyset_hash: keysetHash(keyset, sha256Hex),
    digest: sha256Hex(dice.pick(["sealed", "sealed again"])) as Sha256Hex,
  };
  const served = scene.present.filter((name) => recordOf(scene, name).backup_service !== null);
  if (served.length === 0) return [];
  const name = dice.pick(served);
  return [by(name, serviceSigner(scene, name), command)];
}

export function submitEphemeralKey(scene: Scene, dice: Dice): SimCall[] {
  const { state } = scene;
  const recovering = state.kind === "Recovery" ? state.recovering : null;
  const isRecovery = recovering !== null && dice.chance(60);
  const name = isRecovery ? nameOf(recovering.account_id) : dice.pick(scene.present);
  const purpose: EphemeralKeyPurpose = isRecovery ? "recovery" : "backup";
  const record = recordOf(scene, name);
  const service = record.backup_service;
  const isService = service !== null && dice.chance(50);
  const nodeTls = isRecovery
    ? recovering.prospective_info.tls_public_key
    : (memberOf(scene, name)?.[2].tls_public_key ?? tls(name));
  const nodeKey = isRecovery ? signerLabelOf(recovering.signer_account_pk) : nodeSigner(scene, name);
  const role = isService ? "backup_service" : "node";
  const tlsLabel = tlsLabelOf(isService ? service.public_key : nodeTls);
  const session = lastSession(record, role, purpose) + 1;
  const public_key = x25519(`exchange ${session % 4}`);
  const proof = ephemeralKeyProof(name, role, purpose, session, public_key, tlsLabel);
  const label = isService ? signerLabelOf(service.signer_account_pk) : nodeKey;
  return [by(name, label, { type: "submit_ephemeral_key", purpose, public_key, proof })];
}

/** Legal, and full of what could be taken for the JSON around them. */
const ODD_URLS = ["http://[2001:db8::1]:80/", "https://odd.example/}],[{", "https://odd.example/a,:'}]}}]"];

export function changeUrl(scene: Scene, dice: Dice): SimCall[] {
  const name = dice.pick(scene.present);
  const url = dice.chance(30)
    ? (dice.pick(ODD_URLS) as Url)
    : urlOf(name + dice.pick(["", "-moved", "-again"]));
  return [operator(name, { type: "update_participant_url", url })];
}

/** Someone from outside pays, itself or another for it, and says who it is. */
export function becomeCandidate(scene: Scene, dice: Dice): SimCall[] {
  const outside = NEWCOMERS.filter((name) => !scene.members.includes(name));
  if (outside.length === 0) return [];
  const name = dice.pick(outside);
  const payer = dice.chance(70) ? name : dice.pick(scene.members);
  const calls: SimCall[] = [];
  if (recordOf(scene, name).storage_deposit_yocto === null) calls.push(payFor(payer, name, dice));
  const label = name + dice.pick(NODE_SIGNERS.slice(0, 2));
  const holder = dice.chance(90) ? name : dice.pick(scene.members);
  const where = dice.chance(80) ? info(name) : info(name, holder + dice.pick(NODE_TLS));
  const depositYocto = dice.chance(30) ? 1n : 0n;
  return [...calls, by(name, label, nodeInfo(name, where, label, dice), depositYocto)];
}

export function useStorage(scene: Scene, dice: Dice): SimCall[] {
  const name = dice.pick([...NEWCOMERS, ...scene.members]);
  switch (dice.below(4)) {
    case 0:
      return [operator(name, { type: "storage_withdraw", amount: dice.pick([null, "0", "1"]) as never })];
    case 1:
      return [payFor(dice.pick(NEWCOMERS), name, dice)];
    default: {
      const leaving = candidates(scene);
      const who = leaving.length > 0 && dice.chance(80) ? dice.pick(leaving) : name;
      return [operator(who, { type: "storage_unregister", force: dice.pick([null, true]) })];
    }
  }
}

function payFor(payer: string, name: string, dice: Dice): SimCall {
  const account_id = payer === name ? null : (`${name}.near` as never);
  const command: Command = { type: "storage_deposit", account_id, registration_only: null };
  const extra = dice.pick([0n, 7n, 10n ** 24n]);
  return operator(payer, command, candidateDepositYocto() + extra);
}

function nodeInfo(name: string, where: ParticipantInfo, label: string, dice: Dice): Command {
  return {
    type: "submit_participant_info",
    participant_info: where,
    tls_key_proof: tlsKeyProof(name, "node", tlsLabelOf(where.tls_public_key), label),
    attestation: dice.pick(EVIDENCE),
  };
}
