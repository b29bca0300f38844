import { CALLS, type CallInput } from "../../../contract/src/interface/methods.ts";
import { signatureResponse } from "../../../contract/src/interface/request-shapes.ts";
import type { AccountId, DomainId, DomainPublicKey } from "../../../contract/src/protocol/brand.ts";
import {
  payloadParts,
  type SignatureRequest,
  type SignatureResponse,
  type SignRequestArgs,
} from "../../../contract/src/protocol/requests/signature-request.ts";
import type { CallContract } from "../client/call-contract.ts";
import { parseResult } from "../client/parse-result.ts";
import type { ReadContract } from "../client/read-contract.ts";
import { derivePublicKey, deriveTweak, verifySignatureResponse } from "../crypto/derived-keys.ts";
import { SignatureError } from "../errors/signature-error.ts";
import { publicKey } from "./views.ts";

/** A signature that was checked here, and the key under which it verifies. */
export interface SignedAnswer {
  readonly response: SignatureResponse;
  /** The key derived from the domain's for this account and path, as `derived_public_key` shows it. */
  readonly publicKey: DomainPublicKey;
  /** base58. */
  readonly transactionHash: string;
}

/** What goes with a request. */
export interface SignOptions {
  /** Longest wait for the network's answer, in milliseconds. Default 240,000: a request times out after 200 blocks. */
  readonly answerMillis?: number;
  readonly signal?: AbortSignal;
}

const DEFAULT_ANSWER_MILLIS = 240_000;

/**
 * Asks the network for a signature, waits for it and verifies it under the key that is derived here from the domain's
 * key. Takes the account's full-access key: 1 yocto is attached.
 *
 * `sign(caller, reader, { path: "ethereum-1", payload_v2: { Ecdsa: hash }, domain_id: 0 })` answers
 * `{ response, publicKey, transactionHash }`. Throws what `CallContract.call` throws (ContractError
 * `REQUEST_TIMED_OUT` when nobody answered), what views throw, and SignatureError.
 */
export async function sign(
  caller: CallContract,
  reader: ReadContract,
  request: CallInput<"sign">["request"],
  { answerMillis = DEFAULT_ANSWER_MILLIS, signal }: SignOptions = {},
): Promise<SignedAnswer> {
  const abort = signal === undefined ? {} : { signal };
  const domain_id = request.domain_id as DomainId;
  const { value: domainKey } = await publicKey(reader, { domain_id }, abort);
  const derived = derivedKey(caller.accountId, domainKey as DomainPublicKey, request.path);
  const { gas } = CALLS.sign;
  const outcome = await caller.call("sign", { request }, { gas, depositYocto: 1n, answerMillis, ...abort });
  const response: SignatureResponse = parseResult("sign", signatureResponse, outcome.value);
  const [, payload] = payloadParts((request as SignRequestArgs).payload_v2);
  if (!verifySignatureResponse(derived, payload, response)) {
    throw new SignatureError("ANSWER_INVALID", derived, outcome.transactionHash);
  }
  return { response, publicKey: derived, transactionHash: outcome.transactionHash };
}

/** What the contract keeps and nodes sign when this account asks. */
export function signatureRequestOf(account: string, request: CallInput<"sign">["request"]): SignatureRequest {
  const { path, payload_v2, domain_id } = request as SignRequestArgs;
  return { tweak: deriveTweak(account as AccountId, path), payload: payload_v2, domain_id };
}

function derivedKey(account: AccountId, domainKey: DomainPublicKey, path: string): DomainPublicKey {
  const derived = derivePublicKey(domainKey, deriveTweak(account, path));
  if (derived === null) throw new SignatureError("NO_DERIVED_KEY_HERE", domainKey, "");
  return derived;
}
