import { randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { HexBytes } from "../../contract/src/protocol/requests/signature-request.ts";
import type { RunningState } from "../../contract/src/protocol/state.ts";
import { sign } from "../../sdk/src/actions/sign.ts";
import { backupReceipt } from "../../sdk/src/actions/views.ts";
import { keysetHash } from "../../services/keyshare/keyset-hash.ts";
import { programPath } from "../build-programs.ts";
import { runProgram } from "../demo/programs.ts";
import { type MadeSignature, verifies } from "../demo/signing.ts";
import { ClaimFailed, expectEqual } from "../demo/timeline.ts";
import type { ProgramKind } from "./plan.ts";
import { sharesOf } from "./resharing.ts";
import type { Site } from "./site.ts";
import {
  memberSites,
  outsideSite,
  PROGRAM_KINDS,
  pause,
  restartEnded,
  runningState,
  type Soak,
} from "./world.ts";

/** What a round must come to within so long, however hard it was. */
const REST_MILLIS = 180_000;
/** Less than the contract waits, which is 200 blocks. */
const ANSWER_MILLIS = 180_000;
const AGAIN_MILLIS = 500;

/**
 * Waits until everybody is done: Running with the expected members, a receipt of the current keyset for each, every
 * file of every member verified by its own program, nothing left with who is out.
 */
export async function comeToRest(soak: Soak, keys: RunningState["keyset"]["domains"]): Promise<void> {
  await eventually("the network comes to rest", async () => {
    restartEnded(soak);
    await requireAgreement(soak, keys);
    await requireNothingOutside(soak);
  });
  for (const site of memberSites(soak)) {
    await eventually(`the programs of ${site.name} verify`, async () => {
      restartEnded(soak);
      await Promise.all(PROGRAM_KINDS.map((kind) => verify(site, kind)));
    });
  }
}

/** Asks the contract for a signature and checks it; resolves whenever the network gets to it. */
export async function askOnChain({ customer, reader }: Soak, path: string): Promise<void> {
  const payload_v2 = { Eddsa: randomBytes(48).toString("hex") as HexBytes };
  await sign(customer, reader, { path, payload_v2, domain_id: 0 }, { answerMillis: ANSWER_MILLIS });
}

/** Every member coordinates a signature in every domain, and signs itself. */
export async function everybodySigns(soak: Soak): Promise<void> {
  const { keyset } = await runningState(soak);
  for (const site of memberSites(soak)) {
    for (const { domain_id, key } of keyset.domains) {
      const message = randomBytes(32);
      const made = await eventually(`${site.name} signs in domain ${domain_id}`, () =>
        coordinate(site, domain_id, message),
      );
      expectEqual(`signature of ${site.name} under ${key}`, verifies(key, message, made.signature_hex), true);
      expectEqual(`${site.name} among the signers`, made.signers.includes(site.account.accountId), true);
    }
  }
}

async function requireAgreement(soak: Soak, keys: RunningState["keyset"]["domains"]): Promise<void> {
  const { keyset, parameters } = await runningState(soak);
  expectEqual(
    "keys on chain",
    keyset.domains.map(({ key }) => key),
    keys.map(({ key }) => key),
  );
  const expected = memberSites(soak).map(({ account, machines: { node } }) => [
    account.accountId,
    { url: node.url, tls_public_key: node.tlsPublicKey },
  ]);
  const found = parameters.participants.participants.map(([account, , info]) => [account, info]);
  expectEqual("members on chain", found, expected);
  const hash = keysetHash(keyset);
  for (const { account } of memberSites(soak)) {
    const { value } = await backupReceipt(soak.reader, { account_id: account.accountId });
    expectEqual(`receipt of ${account.accountId}`, value?.keyset_hash, hash);
  }
}

async function requireNothingOutside(soak: Soak): Promise<void> {
  const site = outsideSite(soak);
  const shares = await (await sharesOf(soak, site)).list();
  expectEqual(`shares that ${site.name} kept`, shares, []);
  const backups = readdirSync(join(site.machines.backup.folder, "data"), {
    recursive: true,
    encoding: "utf8",
  });
  expectEqual(
    `backups that ${site.name} kept`,
    backups.filter((file) => file.endsWith(".keyshares")),
    [],
  );
}

async function verify({ machines }: Site, kind: ProgramKind): Promise<void> {
  const program = programPath(kind === "node" ? "mpc-node" : "mpc-backup");
  const text = await runProgram(program, ["verify", "--config", machines[kind].configFile]);
  if (!/^verified: /m.test(text)) throw new ClaimFailed(`expected "verified:", found ${text.trim()}`);
}

async function coordinate(site: Site, domain_id: number, message: Uint8Array): Promise<MadeSignature> {
  const started = site.programs.node?.lines.find(({ event }) => event === "program.started");
  if (started === undefined) throw new ClaimFailed(`${site.name} hasn't started`);
  const response = await fetch(`http://127.0.0.1:${started.local_port}/sign`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ domain_id, message_hex: Buffer.from(message).toString("hex") }),
    signal: AbortSignal.timeout(ANSWER_MILLIS),
  });
  const answer = await response.text();
  if (response.status !== 200)
    throw new ClaimFailed(`POST /sign: expected 200, found ${response.status}: ${answer}`);
  return JSON.parse(answer) as MadeSignature;
}

/** Tries until it doesn't throw. @throws ClaimFailed with what was wrong last */
async function eventually<Value>(what: string, attempt: () => Promise<Value>): Promise<Value> {
  const deadline = performance.now() + REST_MILLIS;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      if (performance.now() > deadline)
        throw new ClaimFailed(`expected within ${REST_MILLIS / 1000} s: ${what}; last: ${why}`, {
          cause: error,
        });
      await pause(AGAIN_MILLIS);
    }
  }
}
