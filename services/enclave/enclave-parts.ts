import { askAnyNode } from "../../sdk/src/client/ask-any-node.ts";
import type { CallContract } from "../../sdk/src/client/call-contract.ts";
import { createRpcReader, type ReadContract } from "../../sdk/src/client/read-contract.ts";
import { createSender as createCaller } from "../../sdk/src/client/sender.ts";
import { parseReceiverEntry, type ReceiverEntry } from "../../sdk/src/handover/receiver.ts";
import { parseSenderEntry, type SenderEntry } from "../../sdk/src/handover/sender.ts";
import type { Clock } from "../operations/clock.ts";
import type { Log } from "../operations/log.ts";
import { oneLine } from "../operations/program-error.ts";
import type { Files } from "../store/files.ts";
import { type Journal, openJournal } from "../store/journal.ts";
import type { RolloutEntry } from "./accept-upgrade.ts";
import { provenSettlement } from "./chain-ports.ts";
import { createSigningService, type SigningService } from "./example-service.ts";
import { openHeadFile } from "./head-file.ts";
import { dataFile, type OpenedEnclave, SEED_FILE } from "./open-enclave.ts";
import { type OpeningEntry, type PublishedKeys, parseOpeningEntry } from "./opening.ts";
import type { ReadSettlement, SeedFile } from "./ports.ts";
import { createProvenChain, type ProvenChain } from "./proven-chain.ts";
import { provenPublishedKeys } from "./published-keys.ts";
import { parseRolloutEntry } from "./rollout-journal.ts";
import { sealedSeedFile } from "./seed-file.ts";
import { type SignedFile, signedFile } from "./signed-file.ts";

/** All that a program consists of: what it wrote down, its seed, the chain and its service. */
export interface EnclaveParts {
  readonly enclave: OpenedEnclave;
  readonly journals: {
    readonly opening: Journal<OpeningEntry>;
    readonly receiver: Journal<ReceiverEntry>;
    readonly sender: Journal<SenderEntry>;
    readonly rollout: Journal<RolloutEntry>;
  };
  readonly seedFile: SeedFile;
  readonly backupFile: SignedFile;
  readonly service: SigningService;
  readonly chain: ProvenChain;
  readonly reader: ReadContract;
  readonly caller: CallContract;
  readonly readSettlement: ReadSettlement;
  readonly published: PublishedKeys;
  readonly times: MachineTimes;
  readonly log: Log;
}

/** What the machine says of time. */
export interface MachineTimes {
  /** Unix seconds; its operator can set it. */
  unixSeconds(): number;
  /** Seconds since some fixed moment; only goes forward. */
  elapsedSeconds(): number;
}

/** Opens what lies in the data folder, which must be this process's alone, and prepares the connections. */
export async function openParts(
  enclave: OpenedEnclave,
  files: Files,
  clock: Clock,
  times: MachineTimes,
  log: Log,
  signal: AbortSignal,
): Promise<EnclaveParts> {
  const { config, image, account, sealing } = enclave;
  const path = (name: string) => dataFile(enclave, name);
  const [endpoint = { url: "" }, ...fallbackEndpoints] = config.rpc_urls.map((url) => ({ url }));
  const at = { endpoint, fallbackEndpoints, contractId: image.contract };
  const caller = createCaller({ ...at, accountId: config.account_id, keyPair: account });
  const reader = createRpcReader(at);
  const journals = {
    opening: await openJournal(files, path("opening"), parseOpeningEntry),
    receiver: await openJournal(files, path("receiver"), parseReceiverEntry),
    sender: await openJournal(files, path("sender"), parseSenderEntry),
    rollout: await openJournal(files, path("rollout"), parseRolloutEntry),
  };
  const heads = await openHeadFile(
    signedFile(files, path("light-head.json"), "light-head", sealing.signing),
    image.head,
  );
  // What isn't proven yet is asked for again in any case, and soon.
  const node = askAnyNode([{ ...endpoint, retry: { attempts: 1 } }, ...fallbackEndpoints]);
  const source = { contract: image.contract, node, caller, heads, clock, patienceMillis: PATIENCE_MILLIS };
  const chain = createProvenChain({ ...source, signal });
  const unseen = (error: unknown) => log.warn("chain.unseen", { message: oneLine(error) });
  return {
    enclave,
    journals,
    seedFile: sealedSeedFile(files, path(SEED_FILE), image, sealing),
    backupFile: signedFile(files, path("seed-backup.json"), "seed-backup", sealing.signing),
    service: createSigningService(),
    chain,
    reader,
    caller,
    readSettlement: provenSettlement(chain, unseen),
    published: provenPublishedKeys(chain, reader, caller, image.version),
    times,
    log,
  };
}

const PATIENCE_MILLIS = 60_000;
