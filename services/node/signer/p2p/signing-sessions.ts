import { discardNonce, type SigningNonce } from "../commit-to-nonces.ts";
import type { KeyshareMaterial } from "../keyshare-material.ts";

/** What a signer remembers between its commitment and its share. Lives in memory only. */
export interface SigningSession {
  readonly material: KeyshareMaterial;
  readonly nonce: SigningNonce;
  readonly message: Uint8Array;
}

/** The open sessions of one signer, by coordinator and session id. */
export interface SigningSessions {
  /** Keeps a session, unless the coordinator used this id or has too many open. */
  open(coordinator: string, sessionId: string, session: SigningSession): "opened" | "duplicate" | "full";
  /** Hands the session out and forgets it: a session signs once. */
  take(coordinator: string, sessionId: string): SigningSession | undefined;
}

/** Sessions that no share was asked of end after a minute, so that their nonces don't pile up. */
export const SESSION_MILLIS = 60_000;
/** A coordinator's own cap, so that one peer can't take the room of another. */
export const MAX_SESSIONS_PER_COORDINATOR = 64;

/**
 * No sessions yet; their nonces die with the process.
 * @param nowMillis a clock that never goes back
 */
export function createSigningSessions(nowMillis: () => number): SigningSessions {
  const sessions = new Map<string, { readonly session: SigningSession; readonly endsAt: number }>();
  const key = (coordinator: string, sessionId: string): string => `${coordinator}/${sessionId}`;
  const dropExpired = (): void => {
    for (const [name, { session, endsAt }] of sessions) {
      if (endsAt > nowMillis()) return;
      discardNonce(session.nonce);
      sessions.delete(name);
    }
  };
  const countOf = (coordinator: string): number =>
    [...sessions.keys()].filter((name) => name.startsWith(`${coordinator}/`)).length;
  return {
    open(coordinator, sessionId, session) {
      dropExpired();
      const name = key(coordinator, sessionId);
      if (sessions.has(name)) return "duplicate";
      if (countOf(coordinator) >= MAX_SESSIONS_PER_COORDINATOR) return "full";
      sessions.set(name, { session, endsAt: nowMillis() + SESSION_MILLIS });
      return "opened";
    },
    take(coordinator, sessionId) {
      dropExpired();
      const name = key(coordinator, sessionId);
      const found = sessions.get(name)?.session;
      sessions.delete(name);
      return found;
    },
  };
}
