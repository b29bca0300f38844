import type { Keyset, ParticipantInfo } from "../../contract/src/protocol/state.ts";
import type { KeyshareCheckers } from "../keyshare/check-keyshares.ts";
import type { KeyshareStore } from "../keyshare/keyshare-store.ts";
import type { Alarm } from "../operations/alarm.ts";
import type { Clock } from "../operations/clock.ts";
import type { Log } from "../operations/log.ts";
import type { ViewSource } from "../operations/view-source.ts";
import type { Journal } from "../store/journal.ts";
import type { NodeEntry } from "./memory.ts";

/** The node's own calls of the contract; each resolves once the chain has executed it, and throws a refusal. */
export interface CallAsNode {
  submitParticipantInfo(info: ParticipantInfo, signal: AbortSignal): Promise<void>;
  submitRecoveryInfo(info: ParticipantInfo, signal: AbortSignal): Promise<void>;
  concludeRecovery(recoveryId: number, keyset: Keyset, signal: AbortSignal): Promise<void>;
}

/** All that the agent needs from outside. */
export interface NodePorts {
  readonly view: ViewSource;
  readonly contract: CallAsNode;
  /** What the MPC node keeps its shares in. */
  readonly store: KeyshareStore;
  /** Has the MPC node forget the shares of a keyset for good; nothing happens when it doesn't hold them. */
  readonly eraseKeyshares: (keysetHash: string) => Promise<void>;
  readonly journal: Journal<NodeEntry>;
  readonly checkers: KeyshareCheckers;
  readonly alarm: Alarm;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  /** Cuts connections of peers whose registration has changed; the server's `revalidate`. */
  readonly revalidatePeers: () => Promise<void>;
}
