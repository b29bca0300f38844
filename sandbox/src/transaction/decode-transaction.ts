import { createHash } from "node:crypto";
import { isValidAccountId } from "./account-id.ts";
import type { AccessKey, Action, DelegateAction, Permission, SignedTransaction } from "./actions.ts";
import {
  BorshError,
  type BorshReader,
  borshReader,
  expectEnd,
  readBytes,
  readByteVec,
  readOption,
  readString,
  readU8,
  readU32,
  readU64,
  readU128,
  readVec,
} from "./borsh-reader.ts";
import { formatPublicKey } from "./public-key.ts";

const DELEGATE_TAG = 8;
const UNSUPPORTED_ACTIONS: Readonly<Record<number, string>> = {
  9: "DeployGlobalContract",
  10: "UseGlobalContract",
  11: "DeterministicStateInit",
  12: "TransferToGasKey",
  13: "WithdrawFromGasKey",
  14: "DelegateV2",
};

/** A well-formed transaction that uses what the embedded chain leaves out. */
export class UnsupportedByEmbeddedChainError extends Error {
  override readonly name = "UnsupportedByEmbeddedChainError";
}

/**
 * Decodes Borsh `SignedTransaction` bytes strictly: unknown tags, bad account ids, short input and left-over bytes
 * are refused with BorshError; actions that the embedded chain leaves out with UnsupportedByEmbeddedChainError.
 */
export function decodeSignedTransaction(bytes: Uint8Array): SignedTransaction {
  refuseVersioned(bytes);
  const reader = borshReader(bytes);
  const transaction = {
    signerId: readAccountId(reader),
    publicKey: readPublicKey(reader),
    nonce: readU64(reader),
    receiverId: readAccountId(reader),
    blockHash: readBytes(reader, 32),
    actions: readVec(reader, readAction),
  };
  const hash = createHash("sha256").update(bytes.subarray(0, reader.position)).digest();
  const signature = readSignature(reader);
  expectEnd(reader);
  return { ...transaction, hash, signature, sizeBytes: bytes.length };
}

/**
 * An unversioned transaction starts with a length below 256, of which the second byte is zero; a versioned one with its
 * version and then such a length. nearcore tells them apart in the same way.
 */
function refuseVersioned(bytes: Uint8Array): void {
  if (bytes.length < 2 || bytes[1] === 0) return;
  if (bytes[0] !== 1) throw new BorshError(`invalid transaction version ${bytes[0]}`);
  throw new UnsupportedByEmbeddedChainError(
    "versioned transactions (V1) are not supported by the embedded chain",
  );
}

function readAction(reader: BorshReader): Action {
  const tag = readU8(reader);
  return tag === DELEGATE_TAG ? readDelegate(reader) : readPlainAction(reader, tag);
}

function readPlainAction(reader: BorshReader, tag: number): Action {
  switch (tag) {
    case 0:
      return { kind: "CreateAccount" };
    case 1:
      return { kind: "DeployContract", code: readByteVec(reader) };
    case 2:
      return {
        kind: "FunctionCall",
        methodName: readString(reader),
        args: readByteVec(reader),
        gas: readU64(reader),
        depositYocto: readU128(reader),
      };
    case 3:
      return { kind: "Transfer", depositYocto: readU128(reader) };
    case 4:
      return { kind: "Stake", stakeYocto: readU128(reader), publicKey: readPublicKey(reader) };
    case 5:
      return { kind: "AddKey", publicKey: readPublicKey(reader), accessKey: readAccessKey(reader) };
    case 6:
      return { kind: "DeleteKey", publicKey: readPublicKey(reader) };
    case 7:
      return { kind: "DeleteAccount", beneficiaryId: readAccountId(reader) };
    default:
      return refuseAction(tag);
  }
}

function refuseAction(tag: number): never {
  const name = UNSUPPORTED_ACTIONS[tag];
  if (name !== undefined) {
    throw new UnsupportedByEmbeddedChainError(`action ${name} is not supported by the embedded chain`);
  }
  throw new BorshError(`Unexpected variant tag: ${tag}`);
}

function readDelegate(reader: BorshReader): DelegateAction {
  const start = reader.position;
  const senderId = readAccountId(reader);
  const receiverId = readAccountId(reader);
  const actions = readVec(reader, readNonDelegate);
  const nonce = readU64(reader);
  const maxBlockHeight = readU64(reader);
  const publicKey = readPublicKey(reader);
  const signedBytes = reader.bytes.subarray(start, reader.position);
  const signature = readSignature(reader);
  return {
    kind: "Delegate",
    senderId,
    receiverId,
    actions,
    nonce,
    maxBlockHeight,
    publicKey,
    signature,
    signedBytes,
  };
}

function readNonDelegate(reader: BorshReader): Action {
  const tag = readU8(reader);
  if (tag === DELEGATE_TAG) throw new BorshError("DelegateAction mustn't contain a nested one");
  return readPlainAction(reader, tag);
}

function readAccessKey(reader: BorshReader): AccessKey {
  return { nonce: readU64(reader), permission: readPermission(reader) };
}

function readPermission(reader: BorshReader): Permission {
  const tag = readU8(reader);
  if (tag === 1) return { kind: "FullAccess" };
  if (tag === 2 || tag === 3) {
    throw new UnsupportedByEmbeddedChainError("gas keys are not supported by the embedded chain");
  }
  if (tag !== 0) throw new BorshError(`Unexpected variant tag: ${tag}`);
  return {
    kind: "FunctionCall",
    allowanceYocto: readOption(reader, readU128),
    receiverId: readString(reader),
    methodNames: readVec(reader, readString),
  };
}

function readAccountId(reader: BorshReader): string {
  const length = readU32(reader);
  if (length > 64) throw new BorshError("the Account ID is too long");
  reader.position -= 4;
  const accountId = readString(reader);
  if (!isValidAccountId(accountId)) throw new BorshError(`invalid value: "${accountId}" is no account id`);
  return accountId;
}

function readPublicKey(reader: BorshReader): string {
  const start = reader.position;
  readBytes(reader, readCurveTag(reader) === 0 ? 32 : 64);
  return formatPublicKey(reader.bytes.subarray(start, reader.position));
}

function readSignature(reader: BorshReader): Uint8Array {
  const start = reader.position;
  readBytes(reader, readCurveTag(reader) === 0 ? 64 : 65);
  return reader.bytes.subarray(start, reader.position);
}

function readCurveTag(reader: BorshReader): 0 | 1 {
  const tag = readU8(reader);
  if (tag === 0 || tag === 1) return tag;
  if (tag === 2) {
    throw new UnsupportedByEmbeddedChainError("ML-DSA-65 keys are not supported by the embedded chain");
  }
  throw new BorshError(`unknown key type '${tag}'`);
}
