import type { X25519PublicKey } from "../../../contract/src/protocol/brand.ts";
import type { EphemeralKeyPurpose, TlsKeyRole } from "../../../contract/src/protocol/records.ts";
import { parseView } from "../../../sdk/src/actions/view-action.ts";
import type { ReadProvenContract } from "../../../sdk/src/client/proven-reader.ts";
import type { SessionKey } from "./claim.ts";

/** A role's slot on the contract: the last session, and its key until it expires. */
export interface Slot {
  readonly session: number;
  readonly key: { readonly public_key: X25519PublicKey; readonly expires_on: number } | null;
}

/** The account's two slots for one purpose, at one block that the reader vouches for. */
export type SessionSlots = Readonly<Record<TlsKeyRole, Slot>> & { readonly height: number };

/** A live key on the contract. */
export interface LiveKey extends SessionKey {
  /** First block height at which it counts no more. */
  readonly expires_on: number;
}

/** Reads both slots. Throws what the reader throws. */
export type ReadSessionSlots = (purpose: EphemeralKeyPurpose, signal: AbortSignal) => Promise<SessionSlots>;

/** The slots on proven state only; never older ones than before, for which those read earlier are given again. */
export function sessionSlotsReader(reader: ReadProvenContract, account_id: string): ReadSessionSlots {
  const newest = new Map<EphemeralKeyPurpose, SessionSlots>();
  return async (purpose, signal) => {
    const slot = (role: TlsKeyRole) => ({
      method: "ephemeral_key" as const,
      args: { account_id, role, purpose },
    });
    const { values, blockHeight } = await reader.viewProven([slot("node"), slot("backup_service")], signal);
    const read = {
      height: blockHeight,
      node: parseView("ephemeral_key", values[0]),
      backup_service: parseView("ephemeral_key", values[1]),
    };
    const before = newest.get(purpose);
    if (before !== undefined && before.height > read.height) return before;
    newest.set(purpose, read);
    return read;
  };
}

/** The slot's key if it is this one, undefined if the contract shows another or, once it expired, none. */
export function liveKey(slots: SessionSlots, role: TlsKeyRole, named: SessionKey): LiveKey | undefined {
  const { session, key } = slots[role];
  if (key === null || session !== named.session || key.public_key !== named.public_key) return undefined;
  return { session, ...key };
}
