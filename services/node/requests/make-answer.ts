import type { DomainPublicKey } from "../../../contract/src/protocol/brand.ts";
import {
  payloadParts,
  type SignatureRequest,
  type SignatureResponse,
} from "../../../contract/src/protocol/requests/signature-request.ts";
import { derivePublicKey, verifySignatureResponse } from "../../../sdk/src/crypto/derived-keys.ts";
import type { Keyshare } from "../../keyshare/keyshare.ts";
import type { AskPeer } from "../signer/p2p/ask-peer.ts";
import { coordinateSignature, type FailedSigner } from "../signer/p2p/coordinate-signature.ts";
import type { SignerPeer } from "../signer/p2p/signer-peer.ts";
import { SignerError } from "../signer/signer-error.ts";
import type { MakeAnswer } from "./ports.ts";

/** What making an answer needs from the node. */
export interface AnswerMakerOptions {
  readonly account_id: string;
  readonly keyshareOf: (domainId: number) => Promise<Keyshare | undefined>;
  /** Who may sign now. */
  readonly peers: () => Promise<readonly SignerPeer[]>;
  readonly askPeer: AskPeer;
  /** A clock that never goes back, in milliseconds. */
  readonly nowMillis: () => number;
}

/** Less than a leader's time for one that hangs, and time left to try with another. */
const ANSWER_MILLIS = 1_500;
/** How long one that failed as a signer is asked last. */
const FAILED_MILLIS = 30_000;

/** Coordinates signatures with derived keys; asks those last who failed lately. Throws SignerError. */
export function createAnswerMaker(options: AnswerMakerOptions): MakeAnswer {
  const failedUntil = new Map<string, number>();
  return async (request, signal) => {
    const { account_id, keyshareOf, peers, askPeer, nowMillis } = options;
    const keyshare = await keyshareOf(request.domain_id);
    if (keyshare === undefined) throw noKeyshare(request);
    const isFailing = (account: string) => (failedUntil.get(account) ?? 0) > nowMillis();
    const rank = (account: string) => (account === account_id ? 0 : isFailing(account) ? 2 : 1);
    const signers = [...(await peers())].sort((a, b) => rank(a.account_id) - rank(b.account_id));
    const note = (replaced: readonly FailedSigner[]) => {
      for (const { signer } of replaced) failedUntil.set(signer.account_id, nowMillis() + FAILED_MILLIS);
    };
    const session = { keyshare, signers, askPeer, answerMillis: ANSWER_MILLIS, signal };
    const response = await signEddsa(request, session, note);
    requireTrue(keyshare.public_key as DomainPublicKey, request, response);
    return response;
  };
}

type Session = Omit<Parameters<typeof coordinateSignature>[0], "message" | "tweak">;

async function signEddsa(
  { payload, tweak }: SignatureRequest,
  session: Session,
  note: (replaced: readonly FailedSigner[]) => void,
): Promise<SignatureResponse> {
  const [, hex] = payloadParts(payload);
  const made = await coordinateSignature({ ...session, message: Buffer.from(hex, "hex"), tweak });
  note(made.replaced);
  const signature = Array.from(made.signature);
  return { scheme: "Ed25519", big_r: null, s: null, recovery_id: null, signature };
}

/** The contract checks the same; a false answer must not cost its gas. */
function requireTrue(key: DomainPublicKey, request: SignatureRequest, response: SignatureResponse): void {
  const derived = derivePublicKey(key, request.tweak);
  const [, payload] = payloadParts(request.payload);
  if (derived !== null && verifySignatureResponse(derived, payload, response)) return;
  throw new SignerError("BAD_SIGNATURE", "expected a signature under the derived key, found one that fails");
}

function noKeyshare({ domain_id }: SignatureRequest): SignerError {
  return new SignerError(
    "BAD_KEYSHARE",
    `expected a share of domain ${domain_id}, found none; recover it from the backup`,
  );
}
