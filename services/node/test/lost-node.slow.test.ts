import assert from "node:assert/strict";
import { createPublicKey, verify } from "node:crypto";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { base58 } from "@scure/base";
import type { NearAccount } from "near-workspaces";
import { BACKUP_SERVICE_METHODS, NODE_METHODS } from "../../../contract/src/interface/method-rules.ts";
import { addRoleKey, type DemoChain, startChain } from "../../../scripts/demo/chain.ts";
import { freePorts } from "../../../scripts/demo/impostor.ts";
import { type RunningProgram, runProgram, startProgram } from "../../../scripts/demo/programs.ts";
import { readKeyFile } from "../../../sdk/src/crypto/key-files.ts";
import { generateEd25519KeyPair, tlsPublicKey } from "../../../sdk/src/crypto/keys.ts";
import { tlsIdentityFromKeyPair } from "../../../sdk/src/crypto/tls-identity.ts";
import { bundledProgram, bundlePrograms } from "../../operations/test/bundle-programs.ts";
import { pinnedRequest } from "../../transport/pinned-request.ts";

const NETWORK = "sandbox";
const NAMES = ["a", "b", "c"] as const;

interface Operator {
  readonly name: string;
  readonly account: NearAccount;
  readonly nodePort: number;
  readonly nodeLocalPort: number;
}

interface PublicKeys {
  readonly near_public_key: string;
  readonly tls_public_key: string;
}

for (const transport of [1, 2] as const) {
  describe(`behavior: a lost node comes back over version ${transport}, real programs on the embedded chain`, () => {
    let folder = "";
    let chain: DemoChain;
    const operators: Operator[] = [];
    const running = new Set<RunningProgram>();

    before(async () => {
      folder = await mkdtemp(join(tmpdir(), "mpc-recovery-lost-node-"));
      await bundlePrograms();
      chain = await startChain("build/mpc_recovery.wasm");
      const ports = await freePorts(2 * NAMES.length);
      for (const name of NAMES) {
        const [nodePort = 0, nodeLocalPort = 0] = ports.splice(0, 2);
        operators.push({ name, account: await chain.createOperator(name), nodePort, nodeLocalPort });
      }
    });
    after(async () => {
      for (const { process } of running) process.kill("SIGKILL");
      await chain?.stop();
      await rm(folder, { recursive: true, force: true });
    });

    const config = (name: string) => join(folder, name, "config.json");
    const start = (program: "node" | "backup", name: string) => {
      const started = startProgram(name, bundledProgram(program), ["run", "--config", config(name)], folder);
      running.add(started);
      return started;
    };
    const seen = (program: RunningProgram, event: string) =>
      program.waitFor(event, (line) => line.event === event);

    async function init(
      program: "node" | "backup",
      name: string,
      { account, ...at }: Operator,
    ): Promise<PublicKeys> {
      const own = [
        "--account-id",
        account.accountId,
        "--contract-id",
        chain.contract.accountId,
        "--network-id",
        NETWORK,
      ];
      const rpc = [
        "--rpc-url",
        chain.rpcUrl,
        "--own-node",
        "--poll-interval-millis",
        "200",
        "--transport",
        `${transport}`,
      ];
      const url = `https://127.0.0.1:${at.nodePort}`;
      const node = ["--url", url, "--listen-port", `${at.nodePort}`, "--local-port", `${at.nodeLocalPort}`];
      const args = ["init", "--folder", join(folder, name), ...own, ...rpc];
      const more = program === "node" ? [...node, "--sign-for-participants"] : [];
      const keys: PublicKeys = JSON.parse(await runProgram(bundledProgram(program), [...args, ...more]));
      const methods = program === "node" ? NODE_METHODS : BACKUP_SERVICE_METHODS;
      await addRoleKey(account, keys.near_public_key, chain.contract.accountId, methods);
      return keys;
    }

    async function initialise(keys: readonly PublicKeys[]): Promise<readonly string[]> {
      const infos = operators.map(({ account, nodePort }, id) => ({
        account_id: account.accountId,
        participant_id: id,
        url: `https://127.0.0.1:${nodePort}`,
        tls_public_key: keys[id]!.tls_public_key,
      }));
      const file = join(folder, "participants.json");
      const domains = ["frost-ed25519", "frost-secp256k1"];
      await writeFile(file, JSON.stringify({ threshold: 2, domains, participants: infos }));
      const generate = ({ name }: Operator) =>
        runProgram(bundledProgram("node"), [
          "generate-keys",
          "--config",
          config(`node-${name}`),
          "--participants",
          file,
        ]);
      const [text = "", ...others] = await Promise.all(operators.map(generate));
      for (const other of others) assert.equal(other, text);
      const keyset = JSON.parse(text);
      const participants = infos.map(({ account_id, participant_id, ...info }) => [
        account_id,
        participant_id,
        info,
      ]);
      const domain = (id: number) => ({
        id,
        protocol: "Frost",
        reconstruction_threshold: 2,
        purpose: "Sign",
      });
      await chain.contract.call(chain.contract, "init_running", {
        domains: domains.map((_, id) => domain(id)),
        next_domain_id: domains.length,
        keyset,
        parameters: { participants: { next_id: 3, participants }, threshold: 2 },
        init_config: { network_id: NETWORK },
      });
      return keyset.domains.map((each: { key: string }) => each.key);
    }

    /** Asks until it is done: right after a change the other nodes may not have seen it yet, which is answered 503. */
    async function sign({ nodeLocalPort }: Operator, domain_id: number) {
      const message_hex = Buffer.from("hello").toString("hex");
      for (let attempts = 1; ; attempts += 1) {
        const response = await fetch(`http://127.0.0.1:${nodeLocalPort}/sign`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ domain_id, message_hex }),
        });
        const answer = (await response.json()) as { signature_hex: string; signers: string[] };
        if (response.status === 503 && attempts < 100) continue;
        assert.equal(response.status, 200, JSON.stringify(answer));
        return { signature: Buffer.from(answer.signature_hex, "hex"), signers: answer.signers };
      }
    }

    /** A stranger, another operator's backup service and another participant ask node a for its shares. */
    async function requireNothingForImpostors(keys: readonly PublicKeys[]): Promise<void> {
      const tlsKey = async (name: string) =>
        (await readKeyFile(join(folder, name, "keys/tls-key.json"))).keyPair;
      const impostors = [generateEd25519KeyPair(), await tlsKey("backup-b"), await tlsKey("node-b")];
      for (const [index, keyPair] of impostors.entries()) {
        const identity = tlsIdentityFromKeyPair(keyPair);
        const peerKey = tlsPublicKey(keys[0]!.tls_public_key);
        const url = `https://127.0.0.1:${operators[0]!.nodePort}`;
        const request = pinnedRequest({ identity, url, peerKey, method: "GET", path: "/v1/keyshares" });
        // A participant may connect, to sign; nobody else gets as far as a request.
        await assert.rejects(request, { code: index === 2 ? "PEER_REFUSED" : "PEER_CLOSED" });
      }
    }

    /** Neither a key nor a share of any machine, the lost one included. */
    async function requireNoSecretInLogs(): Promise<void> {
      const files = await readdir(folder, { recursive: true });
      const read = (name: string) => readFile(join(folder, name), "utf8");
      const logs = (await Promise.all(files.filter((name) => name.endsWith(".log")).map(read))).join("");
      const keyFiles = files.filter((name) => /(near|tls|store)-key\.json$/.test(name));
      const secrets = (await Promise.all(keyFiles.map(read))).map((text) => JSON.parse(text));
      assert.ok(logs.length > 1_000 && secrets.length > 10);
      for (const { secret_key, key } of secrets) assert.ok(!logs.includes(secret_key ?? key));
      assert.doesNotMatch(logs, /signing_?share|"secret"/i);
    }

    test("from key generation to the recovered node's signature", { timeout: 120_000 }, async () => {
      const [lost] = operators as [Operator, ...Operator[]];
      const keys: PublicKeys[] = [];
      for (const operator of operators) keys.push(await init("node", `node-${operator.name}`, operator));
      const groupKeys = await initialise(keys);
      for (const operator of operators) await init("backup", `backup-${operator.name}`, operator);

      const nodes = operators.map(({ name }) => start("node", `node-${name}`));
      const backups = operators.map(({ name }) => start("backup", `backup-${name}`));
      await Promise.all(backups.map((backup) => seen(backup, "backup.confirmed")));
      const stateBefore = (await chain.contract.view("state")) as { Running: Record<string, unknown> };
      for (const domain of [0, 1]) assert.equal((await sign(lost, domain)).signers.length, 2);

      assert.match(
        await runProgram(bundledProgram("node"), ["status", "--config", config("node-a")]),
        /^next: serve$/m,
      );
      const backupStatus = await runProgram(bundledProgram("backup"), [
        "status",
        "--config",
        config("backup-a"),
      ]);
      assert.match(backupStatus, /^next: wait \(backed_up\)$/m);

      await requireNothingForImpostors(keys);

      await cp(join(folder, "node-a"), join(folder, "node-a-old"), { recursive: true });
      nodes[0]!.process.kill("SIGKILL");
      await nodes[0]!.ended;
      await rm(join(folder, "node-a"), { recursive: true });
      await mkdir(join(folder, "node-a"));
      const fresh = await init("node", "node-a", lost);
      const replacement = start("node", "node-a");
      for (const event of [
        "recovery.submitted",
        "recovery.shares_received",
        "recovery.concluded",
        "node.listed",
      ]) {
        await seen(replacement, event);
      }
      await Promise.any(
        ["recovery.confirmed", "recovery.confirmation_refused"].map((event) => seen(backups[0]!, event)),
      );

      const overWeb = replacement.lines.some(({ event }) => event === "exchange.key_published");
      assert.equal(overWeb, transport === 2);
      const stateAfter = (await chain.contract.view("state")) as { Running: Record<string, unknown> };
      assert.deepEqual(stateAfter.Running.keyset, stateBefore.Running.keyset);
      assert.match(JSON.stringify(stateAfter.Running.parameters), new RegExp(fresh.tls_public_key));
      const { signature, signers } = await sign(lost, 0);
      assert.ok(signers.includes(lost.account.accountId));
      assert.ok(verify(null, Buffer.from("hello"), ed25519Key(groupKeys[0]!), signature));

      const old = start("node", "node-a-old");
      await seen(old, "node.standing_down");
      assert.equal(await old.ended, 0);
      await requireNoSecretInLogs();
      for (const program of [replacement, ...nodes.slice(1), ...backups]) {
        program.process.kill("SIGTERM");
        assert.equal(await program.ended, 0, program.name);
      }
    });
  });
}

function ed25519Key(text: string) {
  const x = Buffer.from(base58.decode(text.replace(/^ed25519:/, ""))).toString("base64url");
  return createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
}
