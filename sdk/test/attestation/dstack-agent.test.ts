import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { createDstackAttest } from "../../src/attestation/dstack-agent.ts";
import type { Collateral } from "../../src/attestation/evidence.ts";

type Answer = { readonly status: number; readonly body: string } | "silence";

const COLLATERAL: Collateral = {
  pck_crl_issuer_chain: "chain",
  root_ca_crl: "00",
  pck_crl: "00",
  tcb_info_issuer_chain: "chain",
  tcb_info: "{}",
  tcb_info_signature: "00".repeat(64),
  qe_identity_issuer_chain: "chain",
  qe_identity: "{}",
  qe_identity_signature: "00".repeat(64),
};
const EVENTS = [
  { imr: 0, event_type: 1, digest: "ab".repeat(48), event: "", event_payload: "00" },
  { imr: 3, event_type: 134_217_729, digest: "cd".repeat(48), event: "app-id", event_payload: "ff" },
];
const GOOD = {
  "/GetQuote": ok({ quote: "0a0b", event_log: JSON.stringify(EVENTS), report_data: "", vm_config: "" }),
  "/Info": ok({ tcb_info: JSON.stringify({ app_compose: "compose" }) }),
};

let folder = "";
let server: Server;
let answers: Readonly<Record<string, Answer>> = GOOD;
const asked: { readonly path: string | undefined; readonly body: string }[] = [];

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "dstack-"));
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => {
      body += chunk.toString("utf8");
    });
    request.on("end", () => {
      asked.push({ path: request.url, body });
      const answer = answers[request.url ?? ""] ?? { status: 404, body: "" };
      if (answer !== "silence") response.writeHead(answer.status).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(join(folder, "agent.sock"), resolve));
});

after(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});

test("behavior: a quote for the report data comes with the log's proven part, the app and collateral", async () => {
  const evidence = await attest(GOOD, Buffer.alloc(64, 7));
  assert.deepEqual(evidence, {
    kind: "dstack-tdx",
    quote: "0a0b",
    collateral: COLLATERAL,
    event_log: [
      { imr: 0, digest: "ab".repeat(48) },
      { imr: 3, event_type: 134_217_729, event: "app-id", event_payload: "ff" },
    ],
    app_compose: "compose",
  });
  assert.deepEqual(JSON.parse(asked.find(({ path }) => path === "/GetQuote")!.body), {
    report_data: "07".repeat(64),
  });
});

test("behavior: an agent that fails, babbles, floods or stays silent is an error that may be retried", async () => {
  const bad: readonly Answer[] = [
    { status: 500, body: "{}" },
    { status: 200, body: "no JSON" },
    { status: 200, body: "7" },
    ok({ quote: "not hex", event_log: "[]" }),
    ok({ quote: "0a", event_log: "no JSON" }),
    { status: 200, body: "x".repeat(1_100_000) },
    "silence",
  ];
  for (const answer of bad) {
    const attempt = attest({ ...GOOD, "/GetQuote": answer }, Buffer.alloc(64));
    await assert.rejects(
      attempt,
      { code: "DSTACK_AGENT", retryable: true },
      JSON.stringify(answer).slice(0, 60),
    );
  }
  await assert.rejects(attest({ ...GOOD, "/Info": ok({ tcb_info: "{}" }) }, Buffer.alloc(64)), {
    code: "DSTACK_AGENT",
  });
});

test("behavior: an agent that isn't there is named", async () => {
  const absent = createDstackAttest({
    socketPath: join(folder, "absent.sock"),
    fetchCollateral: async () => COLLATERAL,
    timeoutMillis: 1_000,
  });
  await assert.rejects(absent(Buffer.alloc(64)), /absent\.sock doesn't answer/);
});

function attest(given: Readonly<Record<string, Answer>>, reportData: Uint8Array) {
  answers = given;
  const timeoutMillis = Object.values(given).includes("silence") ? 100 : 10_000;
  const socketPath = join(folder, "agent.sock");
  return createDstackAttest({ socketPath, fetchCollateral: async () => COLLATERAL, timeoutMillis })(
    reportData,
  );
}

function ok(body: object): Answer {
  return { status: 200, body: JSON.stringify(body) };
}
