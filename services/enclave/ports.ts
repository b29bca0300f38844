import type { ReceiverEntry } from "../../sdk/src/handover/receiver.ts";
import type { SenderEntry } from "../../sdk/src/handover/sender.ts";
import type { Settlement } from "../../sdk/src/handover/settlement.ts";
import type { HandoverTerms, Receipt } from "../../sdk/src/handover/terms.ts";
import type { Journal } from "../store/journal.ts";
import type { RolloutEntry } from "./accept-upgrade.ts";

/** Reads the contract's `handover` record for these terms, proven at one block. Never guesses: `unseen` otherwise. */
export type ReadSettlement = (terms: HandoverTerms) => Promise<Settlement>;

/** Calls `confirm_handover`. May fail or be lost; it is repeated until the contract shows the receipt. */
export type ConfirmHandover = (terms: HandoverTerms, receipt: Receipt) => Promise<void>;

/** Carries a request to the sender and its answer back. Rejects when nothing comes. */
export type AskSender = (terms: HandoverTerms) => Promise<HandoverAnswer>;

/** What the sender gives on: the sealed seed, and what was learnt of votes. */
export interface HandoverAnswer {
  readonly envelope: string;
  readonly rollout: readonly RolloutEntry[];
}

/** What the program does for its users; only one program at a time may. */
export interface Service {
  start(seed: Uint8Array): void;
  stop(): void;
  isServing(): boolean;
}

/** Where a seed lies, sealed to the platform. */
export interface SeedFile {
  /** The seed, or `undefined` when there is none. */
  read(): Promise<Uint8Array | undefined>;
  /** Resolves once it would survive a power cut. */
  write(seed: Uint8Array): Promise<void>;
  /** Resolves once it would stay erased after a power cut. */
  erase(): Promise<void>;
}

export interface SenderPorts {
  readonly journal: Journal<SenderEntry>;
  readonly seedFile: SeedFile;
  readonly readSettlement: ReadSettlement;
  /** Unix seconds by the chain's clock, proven and of this moment; null while the chain isn't seen. */
  readonly readTime: () => Promise<number | null>;
  /** Seconds since some fixed moment, by a clock that only goes forward and that nobody sets. */
  readonly elapsedSeconds: () => number;
  readonly service: Service;
}

export interface ReceiverPorts {
  readonly journal: Journal<ReceiverEntry>;
  readonly seedFile: SeedFile;
  readonly readSettlement: ReadSettlement;
  readonly confirmHandover: ConfirmHandover;
  readonly askSender: AskSender;
  /** Writes down what a predecessor learnt of votes, unless that was done before. */
  readonly inherit: (rollout: readonly RolloutEntry[]) => Promise<void>;
  readonly service: Service;
}
