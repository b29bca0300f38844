import type { Ed25519Signature, X25519PublicKey } from "../../../contract/src/protocol/brand.ts";
import type { EphemeralKeyPurpose, TlsKeyRole } from "../../../contract/src/protocol/records.ts";
import { submitEphemeralKey } from "../../../sdk/src/actions/calls.ts";
import type { CallContract } from "../../../sdk/src/client/call-contract.ts";
import { signEphemeralKeyProof } from "../../../sdk/src/crypto/ephemeral-key-proof.ts";
import type { Ed25519KeyPair } from "../../../sdk/src/crypto/keys.ts";
import { eraseKxKeyPair, generateKxKeyPair, type KxKeyPair } from "../../../sdk/src/crypto/kx.ts";
import type { StoreOwner } from "../../keyshare/file-keyshare-store.ts";
import { TransportError } from "../transport-error.ts";
import type { SessionKey } from "./claim.ts";
import { type LiveKey, liveKey, type ReadSessionSlots, type SessionSlots } from "./session-slots.ts";

/** Puts this program's key for one exchange on the contract; resolves once the chain has executed it. */
export type PublishKey = (key: KeyToPublish, signal: AbortSignal) => Promise<void>;

export interface KeyToPublish {
  readonly purpose: EphemeralKeyPurpose;
  readonly public_key: SessionKey["public_key"];
  readonly proof: Ed25519Signature;
}

/** Publishes with the program's NEAR key, which tells the contract its role. */
export function publishWith(caller: CallContract): PublishKey {
  return async (key, signal) => {
    await submitEphemeralKey(caller, { ...key }, { signal });
  };
}

/** What a program needs to have keys on the contract. */
export interface OwnKeysOptions {
  readonly role: TlsKeyRole;
  readonly owner: StoreOwner;
  readonly tlsKey: Ed25519KeyPair;
  readonly readSlots: ReadSessionSlots;
  readonly publish: PublishKey;
}

/** This program's key for the next exchange, as the contract shows it. */
export interface OwnKey extends LiveKey {
  readonly pair: KxKeyPair;
  readonly proof: Ed25519Signature;
}

/** This program's keys, in memory only: a key that a restart forgets is never used. */
export interface OwnKeys {
  /**
   * The key for the next exchange of this purpose, published unless one that wasn't taken is still on the contract,
   * together with the slots that show it. Throws what publishing and reading throw, and TransportError
   * `OWN_KEY_NOT_SHOWN`. Not to be called twice at a time.
   *
   * @param counterpart the other side's key, where it comes first; a key that was offered for another one isn't offered
   * again, since the other side may have written it down as used before it was stopped
   */
  offer(
    purpose: EphemeralKeyPurpose,
    signal: AbortSignal,
    counterpart?: X25519PublicKey,
  ): Promise<{ readonly own: OwnKey; readonly slots: SessionSlots }>;
  /** Hands the key out, once; undefined when it isn't the one on offer or the slots no longer show it. */
  take(purpose: EphemeralKeyPurpose, named: SessionKey, slots: SessionSlots): OwnKey | undefined;
}

export function createOwnKeys(options: OwnKeysOptions): OwnKeys {
  const offered = new Map<EphemeralKeyPurpose, Offered & { counterpart: X25519PublicKey | undefined }>();
  const shown = (purpose: EphemeralKeyPurpose, slots: SessionSlots): OwnKey | undefined => {
    const key = offered.get(purpose);
    if (key === undefined) return undefined;
    const { pair, proof, session } = key;
    const live = liveKey(slots, options.role, { session, public_key: pair.publicKey });
    return live && { ...live, pair, proof };
  };
  return {
    async offer(purpose, signal, counterpart) {
      const before = await options.readSlots(purpose, signal);
      const replaced = offered.get(purpose);
      const pending = replaced?.counterpart === counterpart ? shown(purpose, before) : undefined;
      if (pending !== undefined && pending.expires_on - before.height >= FEWEST_BLOCKS_LEFT) {
        return { own: pending, slots: before };
      }
      const fresh = await publishNew(options, purpose, before[options.role].session + 1, signal);
      if (replaced !== undefined) eraseKxKeyPair(replaced.pair);
      offered.set(purpose, { ...fresh, counterpart });
      const slots = await options.readSlots(purpose, signal);
      const own = shown(purpose, slots);
      if (own === undefined) throw notShown(fresh.session);
      return { own, slots };
    },
    take(purpose, named, slots) {
      const own = shown(purpose, slots);
      if (own?.session !== named.session || own.public_key !== named.public_key) return undefined;
      offered.delete(purpose);
      return own;
    },
  };
}

/** A key with less time left isn't offered again, since an exchange might outlast it. */
const FEWEST_BLOCKS_LEFT = 60;

interface Offered {
  readonly pair: KxKeyPair;
  readonly proof: Ed25519Signature;
  readonly session: number;
}

async function publishNew(
  { role, owner, tlsKey, publish }: OwnKeysOptions,
  purpose: EphemeralKeyPurpose,
  session: number,
  signal: AbortSignal,
): Promise<Offered> {
  const pair = generateKxKeyPair();
  const proof = signEphemeralKeyProof(tlsKey, {
    networkId: owner.network,
    contractId: owner.contract,
    accountId: owner.account,
    role,
    purpose,
    session,
    publicKey: pair.publicKey,
  });
  await publish({ purpose, public_key: pair.publicKey, proof }, signal);
  return { pair, proof, session };
}

function notShown(session: number): TransportError {
  return new TransportError(
    "OWN_KEY_NOT_SHOWN",
    `The contract took this side's key of session ${session}, but the endpoints don't show it yet.`,
    { retryable: true, hints: ["It is tried again, and goes on once they do."] },
  );
}
