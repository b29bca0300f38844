import type { ParticipantInfo } from "../../contract/src/protocol/state.ts";
import type { KeyshareCheckers } from "../keyshare/check-keyshares.ts";
import type { FileKeyshareStore } from "../keyshare/file-keyshare-store.ts";
import type { KeysharesDocument } from "../keyshare/keyshares-document.ts";
import type { Clock } from "../operations/clock.ts";
import type { Log } from "../operations/log.ts";
import type { ReadContractView } from "../operations/view-source.ts";
import type { Journal } from "../store/journal.ts";
import type { BackupEntry } from "./memory.ts";

/** The service's own calls of the contract; each resolves once the chain has executed it, and throws a refusal. */
export interface CallAsBackupService {
  register(signal: AbortSignal): Promise<void>;
  confirmBackup(receipt: ReceiptToConfirm, signal: AbortSignal): Promise<void>;
  confirmRecovery(recoveryId: number, signal: AbortSignal): Promise<void>;
}

export interface ReceiptToConfirm {
  readonly epoch_id: number;
  readonly keyset_hash: string;
  readonly digest: string;
}

/** Names the keyset that is asked for. */
export interface KeysetName {
  readonly epoch_id: number;
  readonly keyset_hash: string;
}

/** Keyshares to and from a node, which is whoever holds the TLS key given. */
export interface ExchangeKeyshares {
  /** The caller checks that the document is of this keyset; a transport may refuse another one before. */
  fetch(node: ParticipantInfo, expected: KeysetName, signal: AbortSignal): Promise<KeysharesDocument>;
  /** Hashes of the keysets of which the node says that it holds the shares. */
  heldKeysets(node: ParticipantInfo, signal: AbortSignal): Promise<readonly string[]>;
  /** Resolves once the node has acknowledged that it checked and stored them. */
  send(node: ParticipantInfo, document: KeysharesDocument, signal: AbortSignal): Promise<void>;
}

/** All that the service needs from outside. */
export interface BackupPorts {
  readonly readView: ReadContractView;
  readonly contract: CallAsBackupService;
  readonly node: ExchangeKeyshares;
  readonly store: FileKeyshareStore;
  readonly journal: Journal<BackupEntry>;
  readonly checkers: KeyshareCheckers;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
}
