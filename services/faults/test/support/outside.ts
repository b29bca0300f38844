import type { Command } from "../../../../contract/src/protocol/commands.ts";
import type { EphemeralKeyPurpose } from "../../../../contract/src/protocol/records.ts";
import type { ParticipantInfo } from "../../../../contract/src/protocol/state.ts";
import type { ExchangeKeyshares } from "../../../backup/ports.ts";
import type { KeyshareCheckers } from "../../../keyshare/check-keyshares.ts";
import type { Clock } from "../../../operations/clock.ts";
import type { ContractView } from "../../../operations/contract-view.ts";
import { TransportError } from "../../../transport/transport-error.ts";
import type { SessionSlots } from "../../../transport/web/session-slots.ts";
import type { CoreContract } from "./core-contract.ts";
import type { Life } from "./life.ts";

/** What lies between programs and the contract: it can fail, and others may come in between. */
export interface Outside {
  readView(name: string, life: Life): Promise<ContractView>;
  readSlots(name: string, purpose: EphemeralKeyPurpose, life: Life): Promise<SessionSlots>;
  call(name: string, signerLabel: string, command: Command, life: Life): Promise<void>;
  /** The exchange with each of its three operations as steps of the program's life. */
  exchange(inner: ExchangeKeyshares, life: Life): ExchangeKeyshares;
}

/** What a program of the tests' world is started in. */
export interface Surroundings {
  readonly outside: Outside;
  readonly checkers: KeyshareCheckers;
  readonly clock: Clock;
}

/** What happens to one question or call of a program: its number, from 0, over the whole world. */
export type Mishap =
  /** It never arrives. */
  | { readonly kind: "lost"; readonly at: number }
  /** It is done, but the answer never arrives. */
  | { readonly kind: "answer_lost"; readonly at: number }
  /** From this one on nothing reaches the chain, so many times. */
  | { readonly kind: "chain_gone"; readonly at: number; readonly times: number };

export interface OutsideOptions {
  readonly contract: CoreContract;
  readonly mishap?: Mishap | undefined;
  /** Told of every call that the contract took, before the caller learns of it. */
  readonly onAccepted: (name: string, signerLabel: string, command: Command) => Promise<void>;
  /** Where others may come in between: before and after everything that leaves a program. */
  readonly pause: (what: string) => Promise<void>;
}

export function createOutside(options: OutsideOptions): Outside & { readonly touched: readonly string[] } {
  const touched: string[] = [];
  const reach = async <Result>(
    what: string,
    life: Life,
    run: () => Result | Promise<Result>,
  ): Promise<Result> => {
    const number = touched.length;
    touched.push(what);
    await options.pause(what);
    if (life.isOver()) life.pass(what);
    failBefore(options.mishap, number, what);
    const result = await run();
    await options.pause(`${what} done`);
    if (life.isOver()) life.pass(`${what} done`);
    if (options.mishap?.kind === "answer_lost" && options.mishap.at === number) throw unreachable(what);
    return result;
  };
  /** Something that changes the world: killed before it, or after it and before the program knows. */
  const change = async <Result>(what: string, life: Life, run: () => Promise<Result>): Promise<Result> => {
    life.pass(what);
    const result = await reach(what, life, run);
    life.pass(`${what} done`);
    return result;
  };
  return {
    touched,
    readView: (name, life) => reach("read the contract", life, () => options.contract.view(name)),
    readSlots: (name, purpose, life) =>
      reach("read the slots", life, () => options.contract.slots(name, purpose)),
    call: (name, signerLabel, command, life) =>
      change(command.type, life, async () => {
        options.contract.call(name, signerLabel, command);
        await options.onAccepted(name, signerLabel, command);
      }),
    exchange: (inner, life) => ({
      fetch: (node: ParticipantInfo, expected, signal) =>
        change("fetch", life, () => inner.fetch(node, expected, signal)),
      heldKeysets: (node, signal) => change("ask what is held", life, () => inner.heldKeysets(node, signal)),
      send: (node, document, signal) => change("send", life, () => inner.send(node, document, signal)),
    }),
  };
}

function failBefore(mishap: Mishap | undefined, number: number, what: string): void {
  if (mishap?.kind === "lost" && mishap.at === number) throw unreachable(what);
  if (mishap?.kind !== "chain_gone") return;
  if (number >= mishap.at && number < mishap.at + mishap.times) throw unreachable(what);
}

function unreachable(what: string): TransportError {
  return new TransportError("PEER_UNREACHABLE", `no answer to ${what}`, { retryable: true });
}
