import { errorCode } from "../../sdk/src/errors/base-error.ts";
import type { HandoverTerms } from "../../sdk/src/handover/terms.ts";
import type { StepOutcome } from "../operations/run-steps.ts";
import { confirmHandoverOnChain } from "./chain-ports.ts";
import type { EnclaveParts } from "./enclave-parts.ts";
import { createSender, type Sender } from "./hand-over.ts";
import { type Judge, type Judgement, judgeRequest } from "./judge-request.ts";
import { OpeningError, openAsFirst, openingPhase, openRecovered } from "./opening.ts";
import type { AskSender, SenderPorts } from "./ports.ts";
import type { HandoverRequest } from "./request.ts";
import { type Role, roleOf } from "./roles.ts";
import { inheritRollout } from "./rollout-journal.ts";
import { createReceiver, type Receiver } from "./take-over.ts";

/** How a program that has no seed is to get one. */
export type Start =
  | { readonly kind: "wait" }
  /** It is the first of its version. */
  | { readonly kind: "first" }
  | TakeOver
  /** What safe mode sealed to it. */
  | { readonly kind: "recovered"; readonly envelope: string };

export interface TakeOver {
  readonly kind: "take_over";
  /** The challenge of the program that has the seed. */
  readonly handover: string;
  /** That program's key. */
  readonly from: string;
  readonly ask: AskSender;
  /** By break-glass, which must be asked for while it waits. */
  readonly isBreakGlass: boolean;
}

/** The example program, between its disk, its chain and its neighbours. */
export interface EnclaveProgram {
  /** Does what follows from what it wrote down and what the chain shows. To be repeated. */
  step(): Promise<StepOutcome>;
  role(): Role;
  /** The part that hands over, while this program owns the seed or is on its way to give it away. */
  sender(): Sender | null;
  judge(request: HandoverRequest): Promise<Judgement>;
}

/** There must be one program for a data folder. */
export function createEnclaveProgram(parts: EnclaveParts, start: Start): EnclaveProgram {
  const { journals, log } = parts;
  const role = () =>
    roleOf(journals.opening.entries(), journals.receiver.entries(), journals.sender.entries());
  const receiver = receiverOf(parts, start);
  let made: Sender | undefined;
  const sender = (): Sender | null => {
    const now = role();
    if (now.kind !== "owner") return null;
    made ??= createSender(senderPorts(parts), senderIdentity(parts, now.commitment));
    return made;
  };
  const judge: Judge = {
    ...parts,
    image: parts.enclave.image,
    measurement: parts.enclave.measurement,
    rollout: journals.rollout,
    isRecovered: () => {
      const opened = openingPhase(journals.opening.entries());
      return opened.kind === "open" && opened.isRecovered;
    },
    waitedSeconds: (handover, now) => sender()?.waitedSeconds(handover, now) ?? 0,
    machineSeconds: parts.times.unixSeconds,
  };
  let last = "";
  return {
    role,
    sender,
    judge: (request) => judgeRequest(judge, request),
    async step() {
      const outcome = await stepAs(role(), parts, start, receiver, sender);
      const { kind } = role();
      const isServing = parts.service.isServing();
      const now = `${kind} ${isServing}`;
      if (now !== last) log.info("enclave.changed", { role: kind, is_serving: isServing });
      last = now;
      return outcome;
    },
  };
}

async function stepAs(
  role: Role,
  parts: EnclaveParts,
  start: Start,
  receiver: Receiver,
  sender: () => Sender | null,
): Promise<StepOutcome> {
  switch (role.kind) {
    case "gone":
      return { kind: "idle", reason: "the seed was handed over and erased here" };
    case "owner":
      await sender()?.advance();
      return { kind: "idle", reason: parts.service.isServing() ? "open for business" : "handing over" };
    case "taking_over":
      await receiver.advance();
      return { kind: "idle", reason: "taking over" };
    case "new":
    case "opening":
      return begin(parts, start, receiver);
  }
}

async function begin(parts: EnclaveParts, start: Start, receiver: Receiver): Promise<StepOutcome> {
  const { image, sealKey, tls } = parts.enclave;
  const ports = { ...parts, journal: parts.journals.opening };
  const sharing = { threshold: image.backup_threshold, owners: image.backup_owners };
  try {
    switch (start.kind) {
      case "wait":
        return { kind: "idle", reason: "without a seed, and told of no way to get one" };
      case "first":
        await openAsFirst(ports, { ...image, ...sharing, dealer: tls });
        return { kind: "acted", what: "opened as the first of its version" };
      case "recovered":
        await openRecovered(ports, image, sealKey, start.envelope);
        return { kind: "acted", what: "opened with the recovered seed" };
      case "take_over":
        await receiver.takeOver(await termsFor(parts, start));
        return { kind: "acted", what: "asked for the seed" };
    }
  } catch (error) {
    const code = errorCode(error) ?? "";
    if (!(error instanceof OpeningError) || error.retryable) throw error;
    return { kind: "blocked", code, message: error.shortMessage };
  }
}

/** The seed's commitment comes from the chain: whatever sender an operator names, no other seed is taken. */
async function termsFor(
  { enclave: { image, tls }, published }: EnclaveParts,
  { handover, from, isBreakGlass }: TakeOver,
): Promise<HandoverTerms> {
  const { backup, time } = await published.readBackup();
  if (backup === null) throw new OpeningError("BACKUP_MISSING", "the chain shows no backup of this version");
  const { network, contract, version, max_handover_seconds } = image;
  const seconds = isBreakGlass ? max_handover_seconds : Math.min(max_handover_seconds, HANDOVER_SECONDS);
  const about = { network, contract, version, commitment: backup.commitment };
  return { ...about, handover, from, to: tls.publicKey, expires: time + seconds };
}

/** Long enough for a chain that is slow; within it neither program serves if the other is lost. */
const HANDOVER_SECONDS = 600;

function receiverOf(parts: EnclaveParts, start: Start): Receiver {
  const { journals, seedFile, readSettlement, service, enclave } = parts;
  const ask: AskSender = (terms) => {
    if (start.kind === "take_over") return start.ask(terms);
    throw new OpeningError("BACKUP_MISSING", "a handover is under way: start with --take-over again");
  };
  return createReceiver(
    {
      journal: journals.receiver,
      seedFile,
      readSettlement,
      confirmHandover: confirmHandoverOnChain(parts.caller),
      askSender: ask,
      inherit: (rollout) => inheritRollout(journals.rollout, rollout),
      service,
    },
    { account: enclave.config.account_id, tls: enclave.tls, sealKey: enclave.sealKey },
  );
}

function senderPorts({
  journals,
  seedFile,
  readSettlement,
  service,
  chain,
  times,
}: EnclaveParts): SenderPorts {
  return {
    journal: journals.sender,
    seedFile,
    readSettlement,
    readTime: () =>
      chain.anchor({}).then(
        ({ time }) => time,
        (error: unknown) => {
          if (errorCode(error) === undefined) throw error;
          return null;
        },
      ),
    elapsedSeconds: times.elapsedSeconds,
    service,
  };
}

function senderIdentity({ enclave: { image, tls } }: EnclaveParts, commitment: string) {
  const { network, contract, version, max_handover_seconds, max_approval_seconds } = image;
  const limits = { maxHandoverSeconds: max_handover_seconds, maxChallengeSeconds: max_approval_seconds };
  return { network, contract, version, commitment, signing: tls, ...limits };
}
