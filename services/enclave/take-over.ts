import { openEnvelope, readEnvelopeHeader } from "../../sdk/src/crypto/envelope.ts";
import { equalKeyTexts } from "../../sdk/src/crypto/equal-bytes.ts";
import { type Ed25519KeyPair, tlsPublicKey } from "../../sdk/src/crypto/keys.ts";
import type { KxKeyPair } from "../../sdk/src/crypto/kx.ts";
import { HandoverError } from "../../sdk/src/handover/handover-error.ts";
import {
  acceptSeed,
  advanceReceiver,
  beginHandover,
  type ReceiverOperation,
  receiverPhase,
} from "../../sdk/src/handover/receiver.ts";
import { type HandoverTerms, signReceipt } from "../../sdk/src/handover/terms.ts";
import { seedCommitment } from "../../sdk/src/sharing/commitments.ts";
import { oneAtATime } from "./one-at-a-time.ts";
import type { ReceiverPorts } from "./ports.ts";
import { believedSettlement } from "./settlement.ts";

/** Who the receiver is. */
export interface ReceiverIdentity {
  readonly account: string;
  /** The attested TLS key. */
  readonly tls: Ed25519KeyPair;
  /** The attested key to seal to. */
  readonly sealKey: KxKeyPair;
}

/** The program that is to get the seed. */
export interface Receiver {
  /** Begins a handover and does all that can be done at once. Rejects with HandoverError, and with what ports throw. */
  takeOver(terms: HandoverTerms): Promise<void>;
  /**
   * Looks at the chain and does what follows: asks again, confirms again, begins to serve, or gives up. After a start,
   * and then and when.
   */
  advance(): Promise<void>;
}

/** There must be one receiver for a journal. */
export function createReceiver(ports: ReceiverPorts, identity: ReceiverIdentity): Receiver {
  const inTurn = oneAtATime();
  return {
    takeOver: (terms) =>
      inTurn(async () => {
        const operations = beginHandover(ports.journal.entries(), terms);
        // It may be the only copy, and what comes would replace it.
        if ((await ports.seedFile.read()) !== undefined)
          throw new HandoverError("HANDOVER_BUSY", "this program has a seed of its own");
        await performAll(ports, identity, operations);
      }),
    advance: () => inTurn(() => advance(ports, identity)),
  };
}

async function advance(ports: ReceiverPorts, identity: ReceiverIdentity): Promise<void> {
  const phase = receiverPhase(ports.journal.entries());
  const settlement =
    phase.kind === "asked" || phase.kind === "stored"
      ? await believedSettlement(ports.readSettlement, phase.terms)
      : ({ kind: "unseen" } as const);
  const operations = advanceReceiver(ports.journal.entries(), settlement, ports.service.isServing());
  await performAll(ports, identity, operations);
}

async function performAll(
  ports: ReceiverPorts,
  identity: ReceiverIdentity,
  operations: readonly ReceiverOperation[],
  seed?: Uint8Array,
): Promise<void> {
  for (const operation of operations) await perform(ports, identity, operation, seed);
}

async function perform(
  ports: ReceiverPorts,
  identity: ReceiverIdentity,
  operation: ReceiverOperation,
  seed: Uint8Array | undefined,
): Promise<void> {
  const { journal, seedFile, service } = ports;
  switch (operation.op) {
    case "append":
      return journal.append(operation.entry);
    case "send_request": {
      const { terms } = operation;
      const { envelope, rollout } = await ports.askSender(terms);
      const opened = openSeed(identity, terms, envelope);
      await ports.inherit(rollout);
      const next = acceptSeed(journal.entries(), terms.handover);
      return performAll(ports, identity, next, opened).finally(() => opened.fill(0));
    }
    case "write_seed":
      return seedFile.write(seed!);
    case "confirm_on_chain":
      return ports.confirmHandover(operation.terms, signReceipt(identity.tls, operation.terms));
    case "erase_seed":
      return seedFile.erase();
    case "start_serving": {
      const stored = await seedFile.read();
      if (stored === undefined) throw new HandoverError("HANDOVER_SEED", "the sealed seed is missing");
      return service.start(stored);
    }
  }
}

function openSeed(
  { account, sealKey }: ReceiverIdentity,
  terms: HandoverTerms,
  envelope: string,
): Uint8Array {
  const { network, contract, version, commitment, expires } = terms;
  const place = { network, contract, account, epoch: version, keyset_hash: commitment, session: expires };
  const { epk } = readEnvelopeHeader(envelope);
  const ends = { epk, to: sealKey.publicKey, from: tlsPublicKey(terms.from) };
  // It came over a live request, and what expired is settled by the chain.
  const seed = openEnvelope(
    sealKey,
    { context: { purpose: "handover", ...place, ...ends }, now: 0 },
    envelope,
  );
  if (equalKeyTexts(seedCommitment(seed, { network, contract, version }), commitment)) return seed;
  seed.fill(0);
  throw new HandoverError("HANDOVER_SEED", "what came isn't the seed that was committed to");
}
