import type { Keyset } from "../../contract/src/protocol/state.ts";
import type { Keyshare } from "../../services/keyshare/keyshare.ts";
import { fromKeyshare, toKeyshare } from "../../services/node/signer/keyshare-codec.ts";
import { frostSecretOf, type KeyshareMaterial } from "../../services/node/signer/keyshare-material.ts";
import { identifierOf, suiteOf } from "../../services/node/signer/suites.ts";

/**
 * New shares of the same keys, for these participants, by their ids: a dealer stands for the resharing that an MPC
 * network computes without one, since the reference node doesn't reshare.
 *
 * @param held the shares of at least `threshold` participants of the previous keyset
 */
export function dealAgain(
  next: Keyset,
  held: readonly (readonly Keyshare[])[],
  participantIds: readonly number[],
  threshold: number,
): ReadonlyMap<number, readonly Keyshare[]> {
  const dealt = new Map<number, Keyshare[]>(participantIds.map((id) => [id, []]));
  for (const { domain_id, attempt } of next.domains) {
    const materials = held.map((shares) => {
      const share = shares.find((candidate) => candidate.domain_id === domain_id);
      if (share === undefined) throw new Error(`expected a share of domain ${domain_id}, found none`);
      return fromKeyshare(share);
    });
    const slot = { domain_id, epoch_id: next.epoch_id, attempt };
    for (const material of dealKey(materials, participantIds, threshold))
      dealt.get(material.participantId)?.push(toKeyshare(material, slot));
  }
  return dealt;
}

function dealKey(
  old: readonly KeyshareMaterial[],
  participantIds: readonly number[],
  threshold: number,
): readonly KeyshareMaterial[] {
  const [some] = old;
  if (some === undefined) throw new Error("expected shares of the key, found none");
  const { scheme } = some;
  const suite = suiteOf(scheme);
  const { frost } = suite;
  const enough = old.slice(0, some.threshold).map(frostSecretOf);
  const secret = frost.combineSecret(enough, { min: some.threshold, max: some.verifyingShares.length });
  const identifiers = participantIds.map((id) => identifierOf(suite, id));
  const dealt = frost.trustedDealer({ min: threshold, max: participantIds.length }, identifiers, secret);
  const verifyingShares = participantIds.map((participantId) => ({
    participantId,
    point: expectPart(dealt.public.verifyingShares[identifierOf(suite, participantId)]),
  }));
  return participantIds.map((participantId) => ({
    scheme,
    threshold,
    participantId,
    commitments: dealt.public.commitments,
    verifyingShares,
    signingShare: expectPart(dealt.secretShares[identifierOf(suite, participantId)]).signingShare,
  }));
}

function expectPart<Part>(part: Part | undefined): Part {
  if (part === undefined) throw new Error("the dealer left out a participant");
  return part;
}
