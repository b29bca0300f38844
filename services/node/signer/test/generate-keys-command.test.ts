import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { generateKeysCommand } from "../generate-keys-command.ts";
import { readParticipantsFile } from "../p2p/participants-file.ts";
import { identityOf, listenOf, memoryStore, peersOnLoopback } from "./tls-network.ts";

async function folderFor(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "signer-test-"));
  context.after(() => rm(folder, { recursive: true }));
  return folder;
}

describe("generate-keys", () => {
  it("prints the same keyset on every node", async (context: TestContext) => {
    const path = join(await folderFor(context), "participants.json");
    const participants = await peersOnLoopback(3);
    await writeFile(path, JSON.stringify({ threshold: 2, domains: ["frost-ed25519"], participants }));
    const printed = await Promise.all(
      participants.map((peer, index) =>
        generateKeysCommand({
          participantsFile: path,
          identity: identityOf(index),
          listen: listenOf(peer),
          store: memoryStore(),
          patience: { startMillis: 20_000, roundMillis: 20_000 },
          signal: new AbortController().signal,
        }),
      ),
    );
    assert.equal(new Set(printed).size, 1);
    const keyset = JSON.parse(printed[0]!) as { domains: { key: string }[] };
    assert.deepEqual(keyset, {
      epoch_id: 0,
      domains: [{ domain_id: 0, key: keyset.domains[0]!.key, attempt: 0 }],
    });
    assert.match(keyset.domains[0]!.key, /^ed25519:[1-9A-HJ-NP-Za-km-z]{43,44}$/);
  });

  it("says in one line what is wrong with a participants file", async (context: TestContext) => {
    const folder = await folderFor(context);
    const [a, b] = (await peersOnLoopback(2)).map((peer) => ({ ...peer }));
    const good = { threshold: 2, domains: ["frost-ed25519"], participants: [a, b] };
    const path = join(folder, "participants.json");
    await writeFile(path, JSON.stringify(good));
    assert.deepEqual(await readParticipantsFile(path), good);
    const broken: [string, RegExp][] = [
      ["{", /expected JSON/],
      [JSON.stringify({ ...good, threshold: "2" }), /file\.threshold: expected an integer/],
      [JSON.stringify({ ...good, domains: ["cait-sith"] }), /file\.domains\[0\]: expected frost-ed25519 or/],
      [JSON.stringify({ ...good, participants: [a] }), /file\.participants: expected 2 to 100 items/],
      [
        JSON.stringify({ ...good, participants: [a, { ...b, url: "http://plain" }] }),
        /participants\[1\]\.url/,
      ],
      [
        JSON.stringify({ ...good, participants: [a, { ...b, tls_public_key: "x25519:abc" }] }),
        /participants\[1\]\.tls_public_key: Expected a public key of kind ed25519/,
      ],
      [JSON.stringify({ ...good, note: 1 }), /expected the fields/],
    ];
    for (const [text, because] of broken) {
      await writeFile(path, text);
      await assert.rejects(readParticipantsFile(path), (thrown: Error & { code: string }) => {
        assert.equal(thrown.code, "BAD_PARTICIPANTS_FILE");
        assert.match(thrown.message, because);
        assert.ok(thrown.message.includes(path));
        return true;
      });
    }
    await assert.rejects(readParticipantsFile(join(folder, "none.json")), /ENOENT/);
    await assert.rejects(readParticipantsFile(folder), /EISDIR/);
  });
});
