import { createServer } from "node:net";
import type { TestContext } from "node:test";
import { ed25519KeyPairFromSeed } from "../../../../sdk/src/crypto/keys.ts";
import { type TlsIdentity, tlsIdentityFromKeyPair } from "../../../../sdk/src/crypto/tls-identity.ts";
import { keysetHash } from "../../../keyshare/keyset-hash.ts";
import type { Keyset, Keyshare } from "../../../keyshare/keyshare.ts";
import type { KeyshareStore } from "../../../keyshare/keyshare-store.ts";
import { type PinnedServer, startPinnedServer } from "../../../transport/pinned-server.ts";
import { askPeerOverTls } from "../p2p/ask-peer.ts";
import type { CoordinatedSignature } from "../p2p/coordinate-signature.ts";
import { coordinateSignature } from "../p2p/coordinate-signature.ts";
import type { SignerPeer } from "../p2p/signer-peer.ts";
import { createSignerRoutes, type SigningDecision, type SigningProposal } from "../p2p/signer-routes.ts";

/** A fixed TLS identity per number. */
export const identityOf = (participantId: number): TlsIdentity =>
  tlsIdentityFromKeyPair(ed25519KeyPairFromSeed(new Uint8Array(32).fill(participantId + 1)));

/** Participants 0, 1, … on free loopback ports. */
export async function peersOnLoopback(count: number): Promise<readonly SignerPeer[]> {
  const ports = await freePorts(count);
  return ports.map((port, participant_id) => ({
    account_id: `node-${participant_id}.near`,
    participant_id,
    url: `https://127.0.0.1:${port}`,
    tls_public_key: identityOf(participant_id).publicKey,
  }));
}

export const listenOf = (peer: SignerPeer): { host: string; port: number } => ({
  host: "127.0.0.1",
  port: Number(new URL(peer.url).port),
});

/** A store in memory; `held` shows what was imported. */
export function memoryStore(): Pick<KeyshareStore, "import"> & { readonly held: Keyshare[] } {
  const held: Keyshare[] = [];
  return {
    held,
    async import(keyset: Keyset, shares: readonly Keyshare[]) {
      held.push(...shares);
      return { keyset_hash: keysetHash(keyset), epoch_id: keyset.epoch_id, digest: "00".repeat(32) };
    },
  };
}

/** A signer node of a test, as the node agent would run it. */
export interface SignerNode {
  readonly server: PinnedServer;
  readonly peer: SignerPeer;
  readonly proposals: SigningProposal[];
  readonly sign: (
    domainId: number,
    message: Uint8Array,
    signers: readonly SignerPeer[],
    answerMillis?: number,
  ) => Promise<CoordinatedSignature>;
}

export interface SignerNodeSetup {
  readonly peer: SignerPeer;
  readonly shares: readonly Keyshare[];
  readonly peers: () => readonly SignerPeer[];
  readonly decide: (proposal: SigningProposal) => SigningDecision;
}

/** Starts a signer and stops it after the test. */
export async function startSigner(context: TestContext, setup: SignerNodeSetup): Promise<SignerNode> {
  const { peer, shares, peers } = setup;
  const identity = identityOf(peer.participant_id);
  const proposals: SigningProposal[] = [];
  const keyshareOf = async (domainId: number) => shares.find(({ domain_id }) => domain_id === domainId);
  const server = await startPinnedServer<SignerPeer>({
    identity,
    listen: listenOf(peer),
    // As in the node: the server admits more peers than those that may sign.
    authorize: async (key) => ({ ...peer, tls_public_key: key }),
    routes: createSignerRoutes({
      self: identity.publicKey,
      peers: async () => peers(),
      keyshareOf,
      nowMillis: () => performance.now(),
      approve: async (proposal) => {
        proposals.push(proposal);
        return setup.decide(proposal);
      },
    }),
  });
  context.after(() => server.close());
  return {
    server,
    peer,
    proposals,
    sign: async (domainId, message, signers, answerMillis = 5_000) => {
      const keyshare = await keyshareOf(domainId);
      if (keyshare === undefined) throw new Error(`no share of domain ${domainId}`);
      const askPeer = askPeerOverTls(identity);
      const signal = new AbortController().signal;
      return coordinateSignature({ keyshare, message, signers, askPeer, answerMillis, signal });
    },
  };
}

async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
      return server;
    }),
  );
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  });
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
