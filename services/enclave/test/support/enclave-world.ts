import { createHash } from "node:crypto";
import { Account, actions, JsonRpcProvider, KeyPairSigner, type KeyPairString, PublicKey } from "near-api-js";
import { committeeRoot } from "../../../../sdk/src/approval/committee.ts";
import { type Recipient, signSealKey } from "../../../../sdk/src/approval/recipient.ts";
import { collectApproval, signStatement } from "../../../../sdk/src/approval/sign-statement.ts";
import type { Approval, Statement } from "../../../../sdk/src/approval/statement.ts";
import { signDevEvidence } from "../../../../sdk/src/attestation/dev-attestation.ts";
import { reportDataFor } from "../../../../sdk/src/attestation/report-data.ts";
import { askNode } from "../../../../sdk/src/client/json-rpc.ts";
import { createSender } from "../../../../sdk/src/client/sender.ts";
import {
  type Ed25519KeyPair,
  ed25519KeyPairFromSeed,
  secretKeyText,
} from "../../../../sdk/src/crypto/keys.ts";
import { type KxKeyPair, kxKeyPairFromSeed } from "../../../../sdk/src/crypto/kx.ts";
import { signShareKeyProof } from "../../../../sdk/src/crypto/share-key-proof.ts";
import {
  COMMITTEE,
  DEV_KEY,
  DEV_POLICY,
  keyPair,
  MEMBER_KEYS,
  MEMBERS,
} from "../../../../sdk/test/approval/sample-recipient.ts";
import { CONFIG, type Member } from "../../../../sdk/test/test-chain.ts";
import type { Log } from "../../../operations/log.ts";
import { sealingKeys } from "../../../safe-mode/sealed-seed.ts";
import type { Files } from "../../../store/files.ts";
import { crashingFiles, type Disk, emptyDisk } from "../../../store/test/crashing-files.ts";
import { draftStatement } from "../../draft-statement.ts";
import { type EnclaveParts, type MachineTimes, openParts } from "../../enclave-parts.ts";
import { createEnclaveProgram, type EnclaveProgram, type Start } from "../../enclave-program.ts";
import type { EnclaveImage } from "../../image.ts";
import type { OpenedEnclave } from "../../open-enclave.ts";
import { pinHead } from "../../pin-head.ts";
import { parseHandoverAnswer } from "../../request.ts";
import { createSenderRoutes } from "../../sender-routes.ts";
import { type FastChain, startFastChain } from "./fast-chain.ts";
import { type RpcProxy, startRpcProxy } from "./rpc-proxy.ts";

/** Members of the network, an image, and a way to the chain that can be cut and lied on. */
export interface EnclaveWorld {
  readonly chain: FastChain;
  readonly image: EnclaveImage;
  readonly proxies: RpcProxy[];
  stop(): Promise<void>;
}

/** A machine with a program: its disk and keys outlive the program. */
export interface Machine {
  readonly enclave: OpenedEnclave;
  readonly recipient: Recipient;
  readonly proxy: RpcProxy;
  readonly times: MachineTimes & { clockSkewSeconds: number; passedSeconds: number };
  disk: Disk;
}

/** A program that runs on a machine. */
export interface Running extends EnclaveProgram {
  readonly machine: Machine;
  readonly parts: EnclaveParts;
}

export const WAIT_SECONDS = 3_600;
/** Break-glass is decided by other people, and by more of them. */
const BREAK_GLASS = [11, 12, 13, 14].map(keyPair);
const BREAK_GLASS_KEYS = BREAK_GLASS.map(({ publicKey }) => publicKey);
const NAMES = ["ann", "bob", "cy"];

export async function startEnclaveWorld(change: Partial<EnclaveImage> = {}): Promise<EnclaveWorld> {
  const chain = await startFastChain(NAMES);
  const head = await pinHead(askNode({ url: chain.rpcUrl }));
  const image: EnclaveImage = {
    network: CONFIG.network_id,
    contract: chain.contractId,
    version: 1,
    committee: COMMITTEE,
    break_glass: { root: committeeRoot(BREAK_GLASS_KEYS), threshold: 4 },
    break_glass_wait_seconds: WAIT_SECONDS,
    agreements_needed: 1,
    max_approval_seconds: 86_400,
    max_handover_seconds: 3_600,
    backup_threshold: 2,
    backup_owners: 3,
    policy: DEV_POLICY,
    head,
    ...change,
  };
  const proxies: RpcProxy[] = [];
  const stop = async () => {
    await Promise.all(proxies.map((proxy) => proxy.stop()));
    await chain.stop();
  };
  return { chain, image, proxies, stop };
}

/** The key that a member's shares are sealed to. */
export function shareKeyOf(world: EnclaveWorld, { accountId }: Member): KxKeyPair {
  const at = world.chain.members.findIndex((member) => member.accountId === accountId);
  return kxKeyPairFromSeed(Buffer.alloc(32, 150 + at));
}

export async function publishShareKeys(world: EnclaveWorld, members = world.chain.members): Promise<void> {
  for (const member of members) {
    const { publicKey } = shareKeyOf(world, member);
    const { network: networkId, contract: contractId } = world.image;
    const owner = { networkId, contractId, accountId: member.accountId, publicKey };
    const proof = signShareKeyProof(member.tlsKey, owner);
    await callAs(world, member, "publish_share_key", { public_key: publicKey, proof });
  }
}

/** Two of three members let a program in. */
export async function voteFor(world: EnclaveWorld, code_hash: string): Promise<void> {
  const [first, second] = world.chain.members;
  await callAs(world, first!, "propose_code_hash", { code_hash, url: "https://example.org/program" });
  for (const member of [first!, second!]) await callAs(world, member, "vote_code_hash", { code_hash });
}

export async function voteToRevoke(world: EnclaveWorld, code_hash: string): Promise<void> {
  for (const member of world.chain.members.slice(0, 2))
    await callAs(world, member, "vote_revoke_code_hash", { code_hash });
}

export async function votePolicy(world: EnclaveWorld, policy: string): Promise<void> {
  for (const member of world.chain.members.slice(0, 2))
    await callAs(world, member, "vote_rollout_policy", { policy });
}

export function callAs(world: EnclaveWorld, member: Member, method: string, args: object) {
  const { rpcUrl, contractId } = world.chain;
  const { accountId, ownerKey: keyPair } = member;
  const caller = createSender({ endpoint: { url: rpcUrl }, contractId, accountId, keyPair });
  return caller.call(method, args, { gas: 100_000_000_000_000n, depositYocto: 0n });
}

/** A machine whose program has this measurement; its account is a member's, with a key of its own. */
export async function makeMachine(world: EnclaveWorld, seed: number, measurement: string): Promise<Machine> {
  const { chain, image } = world;
  const member = chain.members[0]!;
  const secret = (use: string) => createHash("sha256").update(`${use} of machine ${seed}`).digest();
  const [account, tls] = [secret("account"), secret("tls")].map(ed25519KeyPairFromSeed) as [
    Ed25519KeyPair,
    Ed25519KeyPair,
  ];
  await addKey(chain, member, account);
  const sealKey = kxKeyPairFromSeed(secret("seal key"));
  const keys = { tls_public_key: tls.publicKey, account_public_key: account.publicKey };
  const { network, contract } = image;
  const recipient: Recipient = {
    ...keys,
    evidence: signDevEvidence(DEV_KEY, measurement, reportDataFor(keys), Math.floor(Date.now() / 1_000)),
    seal_key: sealKey.publicKey,
    seal_key_proof: signSealKey(tls, sealKey.publicKey, { network, contract, account: member.accountId }),
  };
  const proxy = await startRpcProxy(chain.rpcUrl);
  world.proxies.push(proxy);
  const config = { account_id: member.accountId, rpc_urls: [proxy.url], data_folder: `machine-${seed}` };
  const sealing = sealingKeys(secret("platform").toString("hex"));
  const enclave = { config, image, account, tls, sealKey, sealing, measurement } as unknown as OpenedEnclave;
  return { enclave, recipient, proxy, times: settableTimes(), disk: emptyDisk() };
}

/** The machine's clocks, which a test puts forward. */
function settableTimes(): Machine["times"] {
  const times = {
    clockSkewSeconds: 0,
    passedSeconds: 0,
    unixSeconds: () => Math.floor(Date.now() / 1_000) + times.clockSkewSeconds,
    elapsedSeconds: () => performance.now() / 1_000 + times.passedSeconds,
  };
  return times;
}

/** Starts the machine's program on its disk, which stops at that file operation. */
export async function runOn(
  world: EnclaveWorld,
  machine: Machine,
  start: Start = { kind: "wait" },
  crashAt = Number.POSITIVE_INFINITY,
): Promise<Running> {
  const files: Files = crashingFiles(machine.disk, crashAt);
  const { signal } = new AbortController();
  const parts = await openParts(machine.enclave, files, world.chain.clock, machine.times, SILENT, signal);
  return { ...createEnclaveProgram(parts, start), machine, parts };
}

const SILENT: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** What a request brings beside its terms. */
export interface Brought {
  readonly approval?: Approval;
  readonly breakGlass?: Approval;
}

/** The way over the wire from one machine to the program on another, as the routes answer it. */
export function takeOverFrom(
  asking: Machine,
  handover: string,
  { enclave }: Machine,
  sender: () => Running | null,
  { approval, breakGlass }: Brought = {},
): Start {
  const { recipient } = asking;
  const account = asking.enclave.config.account_id;
  const about = { account, recipient, approval: approval ?? null, break_glass: breakGlass ?? null };
  return {
    kind: "take_over",
    handover,
    from: enclave.tls.publicKey,
    isBreakGlass: breakGlass !== undefined,
    async ask(terms) {
      const from = sender();
      if (from === null) throw new Refused("UNREACHABLE");
      const routes = createSenderRoutes({
        sender: from.sender,
        judge: from.judge,
        rollout: () => from.parts.journals.rollout.entries(),
        measurement: enclave.measurement,
        elapsedSeconds: from.machine.times.elapsedSeconds,
        log: SILENT,
      });
      const route = routes.find(({ path }) => path === "/v1/handover");
      const body = JSON.parse(JSON.stringify({ terms, ...about }));
      const peer = { tlsKey: recipient.tls_public_key };
      const reply = await route!.handle(peer, body, new AbortController().signal);
      if (reply.kind === "refused") throw new Refused(reply.code);
      return parseHandoverAnswer(JSON.parse(JSON.stringify(reply.body)));
    },
  };
}

/** The sender's answer to a request that it refuses. */
export class Refused extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

/** The committee's approval of a machine's program, for a challenge of another. */
export function approvalFor(
  { enclave }: Machine,
  from: Machine,
  nonce: string,
  purpose: "upgrade" | "break_glass" = "upgrade",
  change: Partial<Statement> = {},
): Approval {
  const drafted = draftStatement(enclave, { purpose, nonce, from: from.enclave.measurement, hours: 10 });
  const statement = { ...drafted, ...change };
  const isBreakGlass = purpose === "break_glass";
  const [people, keys] = isBreakGlass ? [BREAK_GLASS, BREAK_GLASS_KEYS] : [MEMBERS.slice(0, 3), MEMBER_KEYS];
  return collectApproval(
    statement,
    people.map((member) => signStatement(member, keys, statement)),
  );
}

/** The key under which a program signs for its users, or undefined while it is closed. */
export function servedKey({ parts }: Running): string | undefined {
  return parts.service.sign(Buffer.from("hello"))?.publicKey;
}

async function addKey(chain: FastChain, { accountId, ownerKey }: Member, key: Ed25519KeyPair): Promise<void> {
  const signer = KeyPairSigner.fromSecretKey(secretKeyText(ownerKey) as KeyPairString);
  const account = new Account(accountId, new JsonRpcProvider({ url: chain.rpcUrl }), signer);
  await account.signAndSendTransaction({
    receiverId: accountId,
    actions: [actions.addFullAccessKey(PublicKey.from(key.publicKey))],
    waitUntil: "FINAL",
  });
}
