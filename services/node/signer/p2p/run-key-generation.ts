import type { TlsIdentity } from "../../../../sdk/src/crypto/tls-identity.ts";
import type { KeyshareStore } from "../../../keyshare/keyshare-store.ts";
import { startPinnedServer } from "../../../transport/pinned-server.ts";
import { SignerError } from "../signer-error.ts";
import { askPeerOverTls } from "./ask-peer.ts";
import { type CeremonyPlan, openCeremony } from "./ceremony.ts";
import type { CeremonyLine } from "./exchange-round.ts";
import { GIVE_UP_PATH, type GiveUpMessage } from "./key-generation-messages.ts";
import { keyGenerationRoutes } from "./key-generation-routes.ts";
import { createMessageInbox } from "./message-inbox.ts";
import type { SignerPeer } from "./signer-peer.ts";
import { type GeneratedKeys, generateTogether, type KeyGenerationPatience, meet } from "./take-part.ts";

/** What one participant brings to a key generation. */
export interface KeyGenerationOptions {
  /** The node's TLS key; it says which participant of the plan this is. */
  readonly identity: TlsIdentity;
  readonly plan: CeremonyPlan;
  /** Where the other participants reach this node under its URL in the plan. */
  readonly listen: { readonly host: string; readonly port: number };
  readonly store: Pick<KeyshareStore, "import">;
  readonly patience: KeyGenerationPatience;
  readonly signal: AbortSignal;
}

/** A minute for operators to start the command everywhere, half of it for each round. */
export const DEFAULT_PATIENCE: KeyGenerationPatience = { startMillis: 60_000, roundMillis: 30_000 };

/**
 * Generates the network's keys together with the other participants of the plan, who run this at the
 * same time. Resolves when everybody has the same keys and has stored its shares.
 * Throws SignerError (`BAD_PARAMETERS`, `TIMED_OUT`, `PEER_REFUSED`, `PEER_CHANGED_ITS_MIND`,
 * `BAD_ROUND1_PACKAGE`, `BAD_ROUND2_PACKAGE`, `TRANSCRIPT_MISMATCH`, `ABORTED`) or what the store or
 * `listen` throws. After a failure the keys must not be used, even if the store holds shares.
 */
export async function runKeyGeneration(options: KeyGenerationOptions): Promise<GeneratedKeys> {
  const { identity, store, patience } = options;
  const ceremony = openCeremony(options.plan, identity.publicKey);
  const stop = new AbortController();
  const onAbort = () =>
    stop.abort(new SignerError("ABORTED", "the key generation was given up by its caller"));
  const line: CeremonyLine = {
    ceremony,
    inbox: createMessageInbox(),
    askPeer: askPeerOverTls(identity),
    stop: stop.signal,
  };
  const farewells = createFarewells((error) => stop.abort(error));
  const server = await startPinnedServer<SignerPeer>({
    identity,
    listen: options.listen,
    authorize: async (key) => ceremony.others.find((peer) => peer.tls_public_key === key) ?? null,
    routes: keyGenerationRoutes({ line, fail: (error) => stop.abort(error), onGiveUp: farewells.receive }),
  });
  options.signal.addEventListener("abort", onAbort);
  if (options.signal.aborted) onAbort();
  try {
    const sessionId = await meet(line, patience.startMillis);
    farewells.enter(sessionId);
    return await generateTogether({ line, sessionId, store, roundMillis: patience.roundMillis }).catch(
      async (thrown: unknown) => {
        await giveUp(line, sessionId, thrown);
        throw thrown;
      },
    );
  } finally {
    options.signal.removeEventListener("abort", onAbort);
    await server.close();
  }
}

/** Others' farewells count only within the own session; one may come before that is known. */
interface Farewells {
  readonly enter: (sessionId: string) => void;
  readonly receive: (sender: SignerPeer, message: GiveUpMessage) => void;
}

function createFarewells(fail: (error: SignerError) => void): Farewells {
  const received = new Map<SignerPeer, GiveUpMessage>();
  let current: string | undefined;
  const judge = (): void => {
    for (const [{ account_id, participant_id }, { session_id, code }] of received) {
      if (session_id !== current) continue;
      const message = `expected everybody to finish, found that ${account_id} gave up (${code}); see its log, then start again on all nodes`;
      fail(new SignerError("PEER_REFUSED", message, [participant_id]));
    }
  };
  return {
    enter(sessionId) {
      current = sessionId;
      judge();
    },
    receive(sender, message) {
      received.set(sender, message);
      judge();
    },
  };
}

const FAREWELL_MILLIS = 2_000;

async function giveUp(line: CeremonyLine, sessionId: string, thrown: unknown): Promise<void> {
  const code = thrown instanceof SignerError ? thrown.code : "FAILED";
  const { askPeer } = line;
  const { others } = line.ceremony;
  const body: GiveUpMessage = { session_id: sessionId, code };
  const signal = AbortSignal.timeout(FAREWELL_MILLIS);
  // Best effort: whoever doesn't hear it finds out by its time-out.
  await Promise.allSettled(
    others.map((peer) => askPeer(peer, { path: GIVE_UP_PATH, body, timeoutMillis: FAREWELL_MILLIS, signal })),
  );
}
