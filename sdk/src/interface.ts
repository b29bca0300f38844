/** `mpc-recovery/interface`: the wire. Method names, arguments, gas, deposits, errors, events, and what is signed. */
export type { AnyCallName, CallName, MethodName, ViewName } from "../../contract/src/interface/arguments.ts";
export { ephemeralKeyProofMessage } from "../../contract/src/interface/ephemeral-key-proof.ts";
export { decodeEvent, encodeEvent } from "../../contract/src/interface/event-log.ts";
export { keysetPreimage } from "../../contract/src/interface/keyset-hash.ts";
export { CALL_RULES, type CallRule, type DepositRule } from "../../contract/src/interface/method-rules.ts";
export {
  BACKUP_SERVICE_METHODS,
  CALLS,
  type CallerRole,
  type CallInput,
  type CallSpec,
  METHODS,
  NODE_METHODS,
  PROPOSE_UPDATE,
  VIEWS,
  type ViewInput,
  type ViewResult,
  type ViewSpec,
} from "../../contract/src/interface/methods.ts";
export { decodePanic, encodePanic } from "../../contract/src/interface/panic.ts";
export { encodeProposeUpdate, type ProposedUpdate } from "../../contract/src/interface/propose-update.ts";
export { readState } from "../../contract/src/interface/state-reader.ts";
export { tlsKeyProofMessage } from "../../contract/src/interface/tls-key-proof.ts";
export type * from "../../contract/src/protocol/brand.ts";
export type { Command, CommandType } from "../../contract/src/protocol/commands.ts";
export type { EphemeralKeyClaim, TlsKeyClaim } from "../../contract/src/protocol/context.ts";
export { EDGES, type Edge, type EdgeTrigger } from "../../contract/src/protocol/edges.ts";
export { ERROR_TEXTS, type ErrorText } from "../../contract/src/protocol/error-texts.ts";
export type { ErrorCode, ErrorInfos, ProtocolError, Result } from "../../contract/src/protocol/errors.ts";
export { EVENT_TEXTS } from "../../contract/src/protocol/event-texts.ts";
export {
  EVENT_STANDARD,
  EVENT_VERSION,
  type EventData,
  type EventName,
  type ProtocolEvent,
} from "../../contract/src/protocol/events.ts";
export { DEFAULT_CONFIG } from "../../contract/src/protocol/limits.ts";
export type * from "../../contract/src/protocol/records.ts";
export type * from "../../contract/src/protocol/state.ts";
export { STATE_KINDS } from "../../contract/src/protocol/state.ts";
export { handoverCostYocto } from "../../contract/src/protocol/transparency/confirm-handover.ts";
export {
  handoverReceiptText,
  type SignedFor,
  shareKeyText,
} from "../../contract/src/protocol/transparency/signed-texts.ts";
export type * from "../../contract/src/protocol/transparency/transparency.ts";
export { VERSION } from "../../contract/src/protocol/version.ts";
