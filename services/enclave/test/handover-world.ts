import { approveRecipient, attestRecipient } from "../../../sdk/src/approval/approve-recipient.ts";
import { verifyApproval } from "../../../sdk/src/approval/verify-approval.ts";
import { parseReceiverEntry } from "../../../sdk/src/handover/receiver.ts";
import { parseSenderEntry, senderPhase } from "../../../sdk/src/handover/sender.ts";
import type { HandoverTerms, Receipt } from "../../../sdk/src/handover/terms.ts";
import { seedCommitment } from "../../../sdk/src/sharing/commitments.ts";
import {
  COMMITTEE,
  CONTRACT,
  DEV_POLICY,
  keyPair,
  NETWORK,
  NOW,
  OLD_PROGRAM,
  RECIPIENT_ACCOUNT,
  sampleApproval,
  sampleProgram,
} from "../../../sdk/test/approval/sample-recipient.ts";
import { sealingKeys } from "../../safe-mode/sealed-seed.ts";
import type { Files } from "../../store/files.ts";
import { openJournal } from "../../store/journal.ts";
import { crashingFiles, type Disk, emptyDisk } from "../../store/test/crashing-files.ts";
import { acceptUpgrade } from "../accept-upgrade.ts";
import { createSender, type Sender, type SenderIdentity } from "../hand-over.ts";
import type { ReceiverPorts, Service } from "../ports.ts";
import { sealedSeedFile } from "../seed-file.ts";
import { createReceiver, type Receiver, type ReceiverIdentity } from "../take-over.ts";
import { VoteError } from "../vote-proof.ts";

export const SEED = Uint8Array.from({ length: 32 }, (_, index) => 7 * index + 1);
const NAME = { network: NETWORK, contract: CONTRACT, version: 3 };
export const EXPIRES = NOW + 3_600;
export const PROGRAM = sampleProgram(10);
export const NONCE = "dd".repeat(32);

export const SENDER: SenderIdentity = {
  ...NAME,
  commitment: seedCommitment(SEED, NAME),
  signing: keyPair(90),
  maxHandoverSeconds: 86_400,
  maxChallengeSeconds: 86_400,
};
export const RECEIVER: ReceiverIdentity = {
  account: RECIPIENT_ACCOUNT,
  tls: PROGRAM.tls,
  sealKey: PROGRAM.sealKey,
};
export const TERMS: HandoverTerms = {
  ...NAME,
  handover: NONCE,
  from: SENDER.signing.publicKey,
  to: PROGRAM.tls.publicKey,
  commitment: SENDER.commitment,
  expires: EXPIRES,
};

/** The chain and both machines' disks; they outlive crashes. */
export interface HandoverWorld {
  readonly chain: { time: number; alive: boolean; receipt: Receipt | null };
  /** The machines' clock that only goes forward. */
  readonly elapsed: { seconds: number };
  senderDisk: Disk;
  receiverDisk: Disk;
  sender: Service;
  receiver: Service;
}

/** A world in which the old program serves and has issued its challenge. */
export async function handoverWorld(): Promise<HandoverWorld> {
  const senderDisk = emptyDisk();
  const files = crashingFiles(senderDisk, Number.POSITIVE_INFINITY);
  await seedFileOn(files, "sender").write(SEED);
  const journal = await openJournal(files, "sender/journal", parseSenderEntry);
  await journal.append({ type: "challenged", handover: NONCE, at: NOW });
  const chain = { time: NOW, alive: true, receipt: null };
  const elapsed = { seconds: 0 };
  return { chain, elapsed, senderDisk, receiverDisk: emptyDisk(), sender: idle(), receiver: idle() };
}

export async function startSender(world: HandoverWorld, files: Files): Promise<Sender> {
  const journal = await openJournal(files, "sender/journal", parseSenderEntry);
  world.sender = idle();
  const ports = { journal, seedFile: seedFileOn(files, "sender"), service: world.sender };
  const readTime = async () => (world.chain.alive ? world.chain.time : null);
  const clocks = { readTime, elapsedSeconds: () => world.elapsed.seconds };
  return createSender({ ...ports, ...clocks, readSettlement: reader(world) }, SENDER);
}

/** The receiver, and its ports for looking into. */
export async function startReceiver(
  world: HandoverWorld,
  files: Files,
  sender: () => Sender,
): Promise<Receiver & { readonly ports: ReceiverPorts }> {
  const journal = await openJournal(files, "receiver/journal", parseReceiverEntry);
  world.receiver = idle();
  const ports: ReceiverPorts = {
    journal,
    seedFile: seedFileOn(files, "receiver"),
    readSettlement: reader(world),
    async confirmHandover({ expires }, receipt) {
      // What the contract must do: the first receipt counts, and none from the expiry on.
      if (world.chain.alive && world.chain.time < expires) world.chain.receipt ??= receipt;
    },
    askSender: async (terms) => ({
      envelope: await sender().handOver(accepted(), terms, world.chain.time),
      rollout: [],
    }),
    inherit: async () => undefined,
    service: world.receiver,
  };
  return { ...createReceiver(ports, RECEIVER), ports };
}

/** Whether a disk holds the seed, sealed and readable. */
export async function holdsSeed(disk: Disk, side: "sender" | "receiver"): Promise<boolean> {
  const files = crashingFiles(disk, Number.POSITIVE_INFINITY);
  return (await seedFileOn(files, side).read()) !== undefined;
}

export async function senderPhaseOn(disk: Disk) {
  const files = crashingFiles(disk, Number.POSITIVE_INFINITY);
  return senderPhase((await openJournal(files, "sender/journal", parseSenderEntry)).entries());
}

/** The new program, approved by the committee for this challenge. */
export function accepted(asking = PROGRAM, nonce = NONCE) {
  const approval = sampleApproval(asking, { nonce, purpose: "upgrade", expires: EXPIRES });
  const use = { network: NETWORK, contract: CONTRACT, account: RECIPIENT_ACCOUNT };
  const recipient = attestRecipient(asking.recipient, use, NOW, DEV_POLICY);
  const expected = {
    purpose: "upgrade",
    ...use,
    from: OLD_PROGRAM,
    recipient_account: RECIPIENT_ACCOUNT,
  } as const;
  const { account: _, ...about } = expected;
  const rules = { committee: COMMITTEE, expected: about, now: NOW, maxLifetimeSeconds: 86_400 };
  approveRecipient(recipient, approval, rules);
  const { to, recipient_key_hash } = approval.statement;
  const verified = verifyApproval(approval, { ...rules, expected: { ...about, to, recipient_key_hash } });
  const { program } = acceptUpgrade(
    {
      recipient,
      account: RECIPIENT_ACCOUNT,
      nonce,
      approval: verified,
      breakGlass: null,
      vote: new VoteError("VOTE_MISSING", "there is none"),
      waitedSeconds: 0,
    },
    { policy: "signer", breakGlassWaitSeconds: 86_400 },
  );
  return program;
}

function reader({ chain }: HandoverWorld) {
  return async () =>
    chain.alive
      ? ({ kind: "seen", time: chain.time, receipt: chain.receipt } as const)
      : ({ kind: "unseen" } as const);
}

/** A side's sealed seed on a disk. */
export function seedFileOn(files: Files, side: "sender" | "receiver") {
  const key = sealingKeys((side === "sender" ? "5a" : "6b").repeat(32));
  return sealedSeedFile(files, `${side}/seed`, NAME, key);
}

function idle(): Service {
  let serving = false;
  return {
    start: () => {
      serving = true;
    },
    stop: () => {
      serving = false;
    },
    isServing: () => serving,
  };
}
