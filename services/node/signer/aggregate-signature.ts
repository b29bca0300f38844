import type { NonceCommitment } from "./commit-to-nonces.ts";
import { requireCommitmentList } from "./commitment-list.ts";
import { frostPublicOf, groupPointOf, type KeyshareMaterial } from "./keyshare-material.ts";
import type { SignatureShare } from "./sign-share.ts";
import { SignerError } from "./signer-error.ts";
import { identifierOf, suiteOf } from "./suites.ts";

/**
 * The coordinator's last step (RFC 9591 §5.3, §5.4): checks each share, adds them up and checks
 * the signature under the group key. Result: Ed25519 64 bytes (RFC 8032), secp256k1 65 bytes
 * (compressed R ‖ z, RFC 9591).
 * Throws `BAD_SIGNATURE_SHARE` naming the signers whose share is missing, doubled or false, `BAD_COMMITMENT_LIST`,
 * or `BAD_SIGNATURE` if the sum doesn't verify although every share does.
 */
export function aggregateSignature(
  material: KeyshareMaterial,
  commitments: readonly NonceCommitment[],
  message: Uint8Array,
  shares: readonly SignatureShare[],
): Uint8Array {
  const suite = suiteOf(material.scheme);
  const list = [...requireCommitmentList(material, commitments)];
  const publicPackage = frostPublicOf(material);
  const isTrueShare = ({ participantId, share }: SignatureShare): boolean => {
    if (share.length !== suite.scalarBytes) return false;
    try {
      return suite.frost.verifyShare(publicPackage, list, message, identifierOf(suite, participantId), share);
    } catch {
      return false;
    }
  };
  const bad = commitments
    .map(({ participantId }) => participantId)
    .filter((id) => {
      const [share, second] = shares.filter(({ participantId }) => participantId === id);
      return share === undefined || second !== undefined || !isTrueShare(share);
    });
  if (bad.length > 0) throw badShares(bad);

  const byIdentifier = Object.fromEntries(
    shares.map(({ participantId, share }) => [identifierOf(suite, participantId), share]),
  );
  const signature = suite.frost.aggregate(publicPackage, list, message, byIdentifier);
  if (!verifySignature(material, message, signature))
    throw new SignerError("BAD_SIGNATURE", "expected a signature under the group key, found one that fails");
  return signature;
}

/** Whether a signature verifies under the material's group key; false for malformed ones. */
export function verifySignature(
  material: KeyshareMaterial,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  const suite = suiteOf(material.scheme);
  if (signature.length !== suite.signatureBytes) return false;
  try {
    return suite.frost.verify(signature, message, groupPointOf(material));
  } catch {
    return false;
  }
}

const badShares = (ids: readonly number[]): SignerError =>
  new SignerError(
    "BAD_SIGNATURE_SHARE",
    `expected one true signature share per signer, found none from participant ${ids.join(", ")}; sign again without them`,
    ids,
  );
