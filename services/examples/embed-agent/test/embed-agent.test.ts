import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import type { ParticipantInfo } from "../../../../contract/src/protocol/state.ts";
import { signerKey, tlsKey } from "../../../../contract/test/support/keys.ts";
import { account, entry, nodeInfo } from "../../../../contract/test/support/network.ts";
import { tlsIdentityFromKeyPair } from "../../../../sdk/src/crypto/tls-identity.ts";
import { honest, startFakeNode } from "../../../../sdk/test/fake-node.ts";
import { exchangeOverTls } from "../../../backup/adapters/exchange-keyshares.ts";
import { type CoreContract, coreContract } from "../../../faults/test/support/core-contract.ts";
import { createLife } from "../../../faults/test/support/life.ts";
import type { Link } from "../../../faults/test/support/links.ts";
import { createOutside } from "../../../faults/test/support/outside.ts";
import { ownerOf, tlsKeyPair } from "../../../faults/test/support/parties.ts";
import { openService } from "../../../faults/test/support/service-program.ts";
import { checkKeyshares } from "../../../keyshare/check-keyshares.ts";
import type { Keyset, Keyshare } from "../../../keyshare/keyshare.ts";
import { nodeConfigText, readNodeConfig } from "../../../node/config.ts";
import type { CallAsNode } from "../../../node/ports.ts";
import { verifySignature } from "../../../node/signer/aggregate-signature.ts";
import { fromKeyshare, toKeyshare } from "../../../node/signer/keyshare-codec.ts";
import { generateKey, signTogether } from "../../../node/signer/test/in-memory-network.ts";
import { readConfigFile } from "../../../operations/common-config.ts";
import { openProgram } from "../../../operations/open-program.ts";
import { createProgramFolder } from "../../../operations/program-folder.ts";
import { fakeViews, loopbackInfo, runningWith, testKey } from "../../../operations/test/fake-contract.ts";
import { memoryClock, memoryLog, NEVER } from "../../../operations/test/in-memory-ports.ts";
import { systemFiles } from "../../../store/files.ts";
import { crashingFiles, emptyDisk } from "../../../store/test/crashing-files.ts";
import { CHECKERS, chainOf, type EmbeddedNode, startEmbeddedNode } from "../embedded-node.ts";
import { createShareVault, type ShareVault } from "../share-vault.ts";
import { combineProducts, dealEcdhKey, multiplyPartly, THRESHOLD_ECDH } from "../threshold-ecdh.ts";

const IDS = [0, 1, 2] as const;
const MESSAGE = new TextEncoder().encode("move 5 NEAR to the cold wallet");

/** The network's two keys, and everybody's shares by participant id. */
function dealKeys() {
  const slot = (domain_id: number) => ({ domain_id, epoch_id: 4, attempt: 0 });
  const frost = generateKey("frost-ed25519", IDS, 2).map((material) => toKeyshare(material, slot(1)));
  const ecdh = dealEcdhKey(IDS, 2);
  const shares = IDS.map((id): readonly Keyshare[] => [
    {
      ...slot(0),
      public_key: ecdh.publicKey,
      scheme: THRESHOLD_ECDH,
      secret: JSON.stringify(ecdh.secrets[id]),
    },
    frost[id] ?? assert.fail(),
  ]);
  const domains = [ecdh.publicKey, frost[0]?.public_key ?? ""].map((key, domain_id) => ({
    domain_id,
    key,
    attempt: 0,
  }));
  return { shares, keyset: { epoch_id: 4, domains } satisfies Keyset };
}

/** Uses both keys with the shares of a's vault and of participant 1. */
function useKeys(vault: ShareVault, [other, frostOther]: readonly Keyshare[]): void {
  const [own, frostOwn] = [vault.shareOf(0), vault.shareOf(1)];
  assert.ok(own && frostOwn && other && frostOther);
  const materials = [fromKeyshare(frostOwn), fromKeyshare(frostOther)] as const;
  assert.ok(verifySignature(materials[1], MESSAGE, signTogether(materials, MESSAGE)));
  const someone = secp256k1.keygen();
  const point = secp256k1.Point.fromBytes(someone.publicKey).toHex();
  const common = combineProducts([own, other].map(({ secret }) => multiplyPartly(secret, point)));
  const group = secp256k1.Point.fromHex(
    (JSON.parse(other.secret) as { commitments: string[] }).commitments[0]!,
  );
  const { Fn } = secp256k1.Point;
  assert.equal(common, group.multiply(Fn.fromBytes(someone.secretKey)).toHex());
}

function callsOf(contract: CoreContract, label: string): CallAsNode {
  const signer = `${label}-node`;
  return {
    submitParticipantInfo: async () => contract.call("a", signer, nodeInfo("a", signer)),
    submitRecoveryInfo: async () => contract.call("a", signer, entry("a", label, signer)),
    concludeRecovery: async (id, keyset) =>
      contract.call("a", signer, { type: "conclude_recovery", keyset, recovery_id: id as never }),
  };
}

async function setUp(context: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), "mpc-recovery-embed-"));
  context.after(() => rm(folder, { recursive: true }));
  const { keyset, shares } = dealKeys();
  const contract = coreContract({ waiting: ["a"], keyset });
  const ports = new Map<string, number>();
  const logs = memoryLog();
  const start = async (label: string, vault: ShareVault): Promise<EmbeddedNode> => {
    const node = await startEmbeddedNode({
      owner: ownerOf("a"),
      identity: tlsIdentityFromKeyPair(tlsKeyPair(label)),
      signer_public_key: signerKey(`${label}-node`),
      url: "https://a.example:8443" as ParticipantInfo["url"],
      listen: { host: "127.0.0.1", port: 0 },
      chain: { readView: async () => contract.view("a"), contract: callsOf(contract, label) },
      vault,
      data_folder: join(folder, label),
      routes: [],
      log: logs,
      poll_interval_millis: 50,
    });
    ports.set(tlsKey(label), node.port);
    context.after(() => node.stop());
    return node;
  };
  const exchange = exchangeOverTls(tlsIdentityFromKeyPair(tlsKeyPair("s")));
  const here = (node: ParticipantInfo) => ({
    ...node,
    url: `https://127.0.0.1:${ports.get(node.tls_public_key) ?? 1}` as ParticipantInfo["url"],
  });
  const link: Link = {
    kind: "version 1",
    exchange: async () => ({
      fetch: (node, ...rest) => exchange.fetch(here(node), ...rest),
      heldKeysets: (node, ...rest) => exchange.heldKeysets(here(node), ...rest),
      send: (node, ...rest) => exchange.send(here(node), ...rest),
    }),
  };
  const nothing = async () => undefined;
  const outside = createOutside({ contract, onAccepted: nothing, pause: nothing });
  const surroundings = { outside, link, checkers: CHECKERS, clock: memoryClock() };
  const files = crashingFiles(emptyDisk(), Number.POSITIVE_INFINITY);
  const service = await openService(
    { name: "a", label: "s" },
    surroundings,
    files,
    createLife(Number.POSITIVE_INFINITY),
  );
  return { contract, keyset, shares, start, service, logs };
}

type Setting = Awaited<ReturnType<typeof setUp>>;

/** Has the service take steps, beside the nodes that run by themselves, until it holds; fails when they come to nothing. */
async function until({ service, logs }: Setting, holds: (service: string) => boolean): Promise<void> {
  for (let steps = 0; steps < 2_000; steps += 1) {
    const outcome = await service.step().catch((error: Error) => ({ kind: "failed", reason: error.message }));
    if (holds("reason" in outcome ? outcome.reason : outcome.kind)) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.fail(logs.text());
}

const listed = ({ contract }: Setting, label: string) => {
  const state = contract.state();
  const members = state.kind === "Running" ? state.parameters.participants.participants : [];
  return members.some(([id, , info]) => id === account("a") && info.tls_public_key === tlsKey(label));
};

describe("behavior: a signing node embeds the agent, with its own vault and its own scheme", () => {
  test("it is backed up, lost, and comes back with both keys; the old machine forgets them", async (context) => {
    const setting = await setUp(context);
    const { keyset, shares, start, logs } = setting;
    const vault = createShareVault();
    await vault.import(keyset, shares[0] ?? []);
    useKeys(vault, shares[1] ?? []);
    const first = await start("a", vault);
    await until(setting, (rest) => rest === "backed_up");
    await first.stop();

    const fresh = createShareVault();
    await start("a2", fresh);
    await until(setting, (rest) => rest === "backed_up" && listed(setting, "a2"));
    assert.deepEqual(await fresh.list(), await vault.list());
    useKeys(fresh, shares[1] ?? []);

    const old = await start("a", vault);
    assert.equal(((await old.ended) as { kind: string }).kind, "ended");
    assert.deepEqual(await vault.list(), []);
    assert.doesNotMatch(logs.text(), /signing_share|commitments|"share"/);
  });

  test("its chain is what a config names", async (context) => {
    const node = await startFakeNode(context, () => ({ result: null }));
    const service = { public_key: testKey(2).publicKey, signer_account_pk: testKey(2).publicKey };
    const views = fakeViews({ state: runningWith(loopbackInfo(testKey(1).publicKey, 9)), service });
    node.behave = (...asked) => honest({ head: 100, headMillis: Date.now() - 1_000, views })(...asked);
    const folder = await mkdtemp(join(tmpdir(), "mpc-recovery-embed-"));
    context.after(() => rm(folder, { recursive: true }));
    const init = { accountId: "a.near", contractId: "mpc.near", networkId: "testnet", ownNode: true };
    const network = { rpcUrl: [node.endpoint.url], url: "https://a.example", listenHost: "127.0.0.1" };
    const rest = {
      listenPort: 0,
      localPort: 0,
      pollIntervalMillis: 50,
      transport: 1,
      signForParticipants: false,
    };
    const text = nodeConfigText({ ...init, ...network, ...rest });
    const { config_file } = await createProgramFolder(systemFiles, folder, "a.near", text);
    const program = await openProgram(await readConfigFile(config_file, readNodeConfig));
    assert.equal((await chainOf(program).readView(NEVER)).state.kind, "Running");
  });

  test("a share of its own scheme that was changed anywhere is refused, without being repeated", () => {
    const { keyset, shares } = dealKeys();
    const [own, frost] = shares[0] ?? [];
    assert.ok(own && frost);
    assert.deepEqual(checkKeyshares(keyset, [own, frost], 0, CHECKERS), { kind: "exact" });
    const { share, commitments, participant_id } = JSON.parse(own.secret) as Record<string, unknown> & {
      share: string;
      commitments: string[];
    };
    const flipped = share.replace(/.$/, (digit) => (digit === "0" ? "1" : "0"));
    const unfit: readonly unknown[] = [
      { participant_id, commitments, share: flipped },
      { participant_id, commitments: [commitments[0], commitments[0]], share },
      { participant_id, commitments: [commitments[1], commitments[0]], share },
      { participant_id: 1, commitments, share },
      { participant_id, commitments: [commitments[0]], share },
      { participant_id, commitments: Array(101).fill(commitments[0]), share },
      { participant_id, commitments, share: "00".repeat(32) },
      { participant_id, commitments, share: "ff".repeat(32) },
      { participant_id, commitments: [commitments[0], `02${"ff".repeat(32)}`], share },
      "canary",
      null,
    ];
    for (const secret of unfit) {
      const changed: Keyshare = { ...own, secret: JSON.stringify(secret) };
      const check = checkKeyshares(keyset, [changed, frost], 0, CHECKERS);
      assert.equal(check.kind, "refused", changed.secret.slice(0, 80));
      assert.doesNotMatch(JSON.stringify(check), new RegExp(`canary|${share}|${flipped}`));
    }
  });
});
