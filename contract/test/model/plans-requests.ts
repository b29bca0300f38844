/** What callers ask of the network and what its nodes answer. */

import type { DomainId } from "../../src/protocol/brand.ts";
import type { Command, Sign } from "../../src/protocol/commands.ts";
import type {
  HexBytes,
  Payload,
  PendingRequest,
  RequestId,
  SignatureResponse,
  Ticket,
} from "../../src/protocol/requests/signature-request.ts";
import { currentKeyset } from "../../src/protocol/rules/members.ts";
import { answerWith, MESSAGE, requestOf } from "../support/requests.ts";
import { groupSecret, NEWCOMERS, OWNER, STRANGER } from "./cast.ts";
import type { Dice } from "./dice.ts";
import { by, nodeSigner, type Scene, type SimCall } from "./scene.ts";

const NO_NUMBER = "ff".repeat(32) as HexBytes;

/** Anybody asks, mostly for what the domain signs. */
export function askForSignature(scene: Scene, dice: Dice): SimCall[] {
  const name = dice.pick([STRANGER, ...NEWCOMERS, ...scene.members]);
  return [by(name, `${name}:any`, signCommand(scene, dice), 1n)];
}

/** A whole round, sometimes with somebody who asks the same. */
export function askAndAnswer(scene: Scene, dice: Dice): SimCall[] {
  const [asked] = askForSignature(scene, dice);
  if (asked?.command.type !== "sign") return [];
  const request = requestOf(asked.name, asked.command);
  const pending = { request, requested_in: scene.height, tickets: [] } as unknown as PendingRequest;
  return [...(dice.chance(30) ? [asked, asked] : [asked]), ...answersTo(pending, scene, dice)];
}

export function answerRequest(scene: Scene, dice: Dice): SimCall[] {
  const waiting = [...scene.world.requests.values()];
  return waiting.length === 0 ? [] : answersTo(dice.pick(waiting), scene, dice);
}

/** The host calls back for one that waited too long; sometimes for one that is gone. */
export function giveUpOnRequest(scene: Scene, dice: Dice): SimCall[] {
  const waiting = [...scene.world.requests.entries()];
  const [request_id, pending] =
    waiting.length > 0 ? dice.pick(waiting) : (["0".repeat(32) as RequestId, undefined] as const);
  const ticket = dice.chance(80) ? (pending?.tickets[0] ?? (0 as Ticket)) : (3 as Ticket);
  const back: Command = { type: "return_signature_and_clean_state_on_success", request_id, ticket };
  const name = dice.chance(90) ? OWNER : STRANGER;
  return [by(name, `${name}:any`, back), by(name, `${name}:any`, { type: "fail_on_timeout" })];
}

function signCommand({ running }: Scene, dice: Dice): Sign {
  const all = running?.domains.domains ?? [];
  const signing = all.filter(({ purpose }) => purpose === "Sign");
  const domains = signing.length > 0 && dice.chance(70) ? signing : all;
  const domain = domains.length > 0 && dice.chance(95) ? dice.pick(domains) : undefined;
  const isEddsa = dice.chance(90) ? domain?.protocol === "Frost" : dice.chance(50);
  const bytes = dice.chance(85) ? MESSAGE : NO_NUMBER;
  const payload_v2 = (isEddsa ? { Eddsa: bytes } : { Ecdsa: bytes }) as Payload;
  const domain_id = domain?.id ?? (99 as DomainId);
  return { type: "sign", request: { path: dice.pick(["", "a path"]), payload_v2, domain_id } };
}

function answersTo({ request }: PendingRequest, scene: Scene, dice: Dice): SimCall[] {
  if (scene.state.kind === "NotInitialized" || scene.present.length === 0) return [];
  const { domains } = currentKeyset(scene.state);
  const key = domains.find(({ domain_id }) => domain_id === request.domain_id)?.key;
  const secret = (key && groupSecret(key)) ?? 5n;
  const name = dice.pick(scene.present);
  const response = spoilt(answerWith(secret, request), dice);
  return [by(name, nodeSigner(scene, name), { type: "respond", request, response })];
}

function spoilt(response: SignatureResponse, dice: Dice): SignatureResponse {
  if (dice.chance(80)) return response;
  if (dice.chance(30)) return { ...response, recovery_id: response.recovery_id === null ? 0 : null };
  if (response.signature === null) return { ...response, s: { scalar: MESSAGE } };
  return { ...response, signature: response.signature.map((byte) => byte ^ 1) };
}
