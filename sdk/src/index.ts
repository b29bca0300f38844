/** The SDK's entry: everything that nodes, backup services and governance tooling use. */
export * from "./actions/calls.ts";
export { type ProvenAnswers, provenViews, type ViewRequests } from "./actions/proven-views.ts";
export { seedBackupCostYocto } from "./actions/seed-backup-cost.ts";
export { type SignedAnswer, type SignOptions, signatureRequestOf } from "./actions/sign.ts";
export { parseView, type ViewValue } from "./actions/view-action.ts";
export * from "./actions/views.ts";
export type { CallContract, CallOptions, CallOutcome } from "./client/call-contract.ts";
export type { AskNode, RpcEndpoint } from "./client/json-rpc.ts";
export { provenAsReader } from "./client/proven-as-reader.ts";
export {
  createProvenReader,
  type ProvenReaderOptions,
  type ProvenViews,
  type ReadProvenContract,
  type Trust,
} from "./client/proven-reader.ts";
export {
  type BlockReference,
  createRpcReader,
  type ReadContract,
  type RpcReaderOptions,
  type ViewOptions,
  type ViewOutcome,
} from "./client/read-contract.ts";
export type { RetryPolicy } from "./client/retry.ts";
export { createSender, type SenderOptions } from "./client/sender.ts";
export {
  derivePublicKey,
  deriveTweak,
  requestIdOf,
  verifySignatureResponse,
} from "./crypto/derived-keys.ts";
export { equalBytes, equalKeyTexts } from "./crypto/equal-bytes.ts";
export { createKeyFile, type KeyFile, KeyFileError, readKeyFile } from "./crypto/key-files.ts";
export {
  type Ed25519KeyPair,
  ed25519KeyPairFromSecretKey,
  ed25519KeyPairFromSeed,
  formatPublicKey,
  generateEd25519KeyPair,
  KeyError,
  type KeyKind,
  parseKey,
  parsePublicKey,
  secretKeyText,
  signBytes,
  signerKey,
  tlsPublicKey,
  verifyBytes,
  x25519PublicKey,
} from "./crypto/keys.ts";
export { keysetHash } from "./crypto/keyset-hash.ts";
export { type ShareKeyOwner, signShareKeyProof } from "./crypto/share-key-proof.ts";
export { pinnedTlsOptions, type TlsIdentity, tlsIdentityFromKeyPair } from "./crypto/tls-identity.ts";
export { signTlsKeyProof, type TlsKeyOwner } from "./crypto/tls-key-proof.ts";
export type { AnyCall } from "./dryrun/admit-call.ts";
export {
  type DryCall,
  type DryRunOptions,
  type DryRuns,
  dryRun,
  type Foreseen,
  openDryRuns,
} from "./dryrun/dry-run.ts";
export { BaseError, errorCode, isRetryable } from "./errors/base-error.ts";
export { ContractError, ExecutionError, isRefusedWith, type Refused } from "./errors/contract-error.ts";
export { ProofError } from "./errors/proof-error.ts";
export { ResultError } from "./errors/result-error.ts";
export { ReportedError, RpcError } from "./errors/rpc-error.ts";
export { type SignatureCode, SignatureError } from "./errors/signature-error.ts";
export { TransactionError } from "./errors/transaction-error.ts";
export { type AccessKeyGrant, addRoleKeyAction, type Role, roleMethods } from "./roles/access-keys.ts";
export type { ParticipantChange, ParticipantsAt } from "./watch/participant-changes.ts";
export { type ParticipantsChanged, type WatchEvent, type WatchOptions, watch } from "./watch/watch.ts";
export { parseWatchCursor, type WatchCursor, WatchCursorError } from "./watch/watch-cursor.ts";
