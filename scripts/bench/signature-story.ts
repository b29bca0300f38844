import { createHash } from "node:crypto";
import { ed25519 } from "@noble/curves/ed25519.js";
import { responseJson } from "../../contract/src/interface/request-texts.ts";
import type { AccountId, DomainId } from "../../contract/src/protocol/brand.ts";
import type { SignatureRequest } from "../../contract/src/protocol/requests/signature-request.ts";
import { answerWith, payloadFor } from "../../contract/test/support/requests.ts";
import { deriveTweak, requestIdOf } from "../../sdk/src/crypto/derived-keys.ts";
import { BENCH_ECDSA_SECRET, type BenchNetwork } from "./network.ts";
import { by, measured, nodeKeyCall, prepared, type Step, type Story, startCall, view } from "./step.ts";
import type { ContractCall } from "./wasm-contract.ts";

const APP = "app.near";
const PATH = "ethereum-1";
const HEIGHT = 20;
const ECDSA = 0;
const EDDSA = 1;

/** A round with each kind of signature, and a request that nobody answers. */
export const signatureStory: Story = (network, count) => [
  prepared(startCall(network)),
  prepared(nodeKeyCall(network, count - 1)),
  ...round(network, count, { kind: undefined, domain: ECDSA, secret: BENCH_ECDSA_SECRET, ticket: 0 }),
  ...round(network, count, { kind: "of Ed25519", domain: EDDSA, secret: groupScalar(), ticket: 1 }),
  prepared(ask(EDDSA)),
  measured(callback(network, EDDSA, 2, null), "after a time-out"),
];

interface Round {
  /** Undefined for ECDSA, whose figures have the methods' plain names. */
  readonly kind: string | undefined;
  readonly domain: number;
  readonly secret: bigint;
  readonly ticket: number;
}

function round(
  network: BenchNetwork,
  count: number,
  { kind, domain, secret, ticket }: Round,
): readonly Step[] {
  const request = requestOf(domain);
  const answer = JSON.stringify(responseJson(answerWith(secret, request)));
  const args = { request, response: JSON.parse(answer) as unknown };
  const derived = { path: PATH, predecessor: APP, domain_id: domain };
  return [
    measured(ask(domain), kind),
    view("get_pending_request", HEIGHT, { request }),
    view("pending_requests", HEIGHT),
    view("derived_public_key", HEIGHT, derived, kind),
    measured({ method: "respond", height: HEIGHT, ...by(network, count - 1, "node"), args }, kind),
    measured(callback(network, domain, ticket, Buffer.from(answer)), kind),
  ];
}

function requestOf(domain: number): SignatureRequest {
  const tweak = deriveTweak(APP as AccountId, PATH);
  return { tweak, payload: payloadFor(domain), domain_id: domain as DomainId };
}

function ask(domain: number): ContractCall {
  const request = { path: PATH, payload_v2: payloadFor(domain), domain_id: domain };
  return { method: "sign", args: { request }, caller: APP, depositYocto: 1n, height: HEIGHT };
}

/** Called by the contract itself. */
function callback(
  { contractId }: BenchNetwork,
  domain: number,
  ticket: number,
  answer: Uint8Array | null,
): ContractCall {
  return {
    method: "return_signature_and_clean_state_on_success",
    args: { request_id: requestIdOf(requestOf(domain)), ticket },
    caller: contractId,
    height: HEIGHT,
    promiseResults: [answer === null ? { kind: "Failed" } : { kind: "Successful", data: answer }],
  };
}

/** RFC 8032's scalar of the key pair that stands for the group. */
function groupScalar(): bigint {
  return ed25519.utils.getExtendedPublicKey(createHash("sha256").update("group/0").digest()).scalar;
}
