import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { askBothVerifiers } from "../../src/attestation/dcap-verifiers.ts";
import { replayEventLog } from "../../src/attestation/event-log.ts";
import { type LoggedEvent, parseEvidence } from "../../src/attestation/evidence.ts";
import type { QeIdentity, TcbInfo, TdxModuleIdentity } from "../../src/attestation/intel-documents.ts";
import type { EnclaveReport, TdReport } from "../../src/attestation/quote.ts";
import { checkQuotingEnclave, checkTdxModule } from "../../src/attestation/quoting-enclave.ts";
import { errorCode } from "../../src/errors/base-error.ts";

const LEVELS = [
  { isvsvn: 4, status: "OutOfDate" },
  { isvsvn: 8, status: "UpToDate" },
  { isvsvn: 6, status: "SWHardeningNeeded" },
];

test("behavior: a quoting enclave's version has the status of the highest level that it reaches", () => {
  const identity = {
    ...{ mrsigner: "aa", isvprodid: 2, miscselect: "00000000", miscselectMask: "ffffffff" },
    ...{ attributes: "11", attributesMask: "fb", levels: LEVELS },
  } as unknown as QeIdentity;
  const enclave = (isvSvn: number, attributes = 0x11) =>
    ({
      ...{ mrSigner: Buffer.of(0xaa), isvProdId: 2, miscSelect: Buffer.alloc(4), isvSvn },
      attributes: Buffer.of(attributes),
    }) as unknown as EnclaveReport;
  const statusOf = (svn: number) => checkQuotingEnclave(enclave(svn), identity);
  assert.deepEqual([9, 8, 7, 6, 5, 4].map(statusOf), [
    ...["UpToDate", "UpToDate", "SWHardeningNeeded"],
    ...["SWHardeningNeeded", "OutOfDate", "OutOfDate"],
  ]);
  assert.equal(
    codeOf(() => statusOf(3)),
    "QUOTING_ENCLAVE",
  );
  assert.equal(checkQuotingEnclave(enclave(8, 0x15), identity), "UpToDate");
  assert.equal(
    codeOf(() => checkQuotingEnclave(enclave(8, 0x13), identity)),
    "QUOTING_ENCLAVE",
  );
});

test("behavior: a TDX module has the status of its own major version's levels, and an unknown one is refused", () => {
  const module = (id: string, levels: TdxModuleIdentity["levels"]): TdxModuleIdentity => ({
    ...{ id, levels, mrsigner: "00", attributes: "00", attributesMask: "ff" },
  });
  const modules = [module("TDX_00", []), module("TDX_01", LEVELS), module("TDX_0a", LEVELS.slice(1))];
  const statusOf = (minor: number, major: number, seamAttributes = 0) => {
    const report = { teeTcbSvn: Buffer.of(minor, major), mrSignerSeam: Buffer.alloc(1) };
    const seam = { ...report, seamAttributes: Buffer.of(seamAttributes) } as unknown as TdReport;
    return checkTdxModule(seam, { modules } as unknown as TcbInfo);
  };
  assert.equal(statusOf(0, 0), "UpToDate");
  assert.deepEqual(
    [statusOf(8, 1), statusOf(5, 1), statusOf(7, 10)],
    ["UpToDate", "OutOfDate", "SWHardeningNeeded"],
  );
  for (const bad of [() => statusOf(3, 1), () => statusOf(9, 2), () => statusOf(8, 1, 1)]) {
    assert.equal(codeOf(bad), "TDX_MODULE");
  }
});

test("behavior: events of the start occur once and in time, and the app's text is the measured one, whatever MRCONFIGID says", () => {
  const app = "services: {}";
  const hash = createHash("sha256").update(app).digest("hex");
  const boot = [
    ...["system-preparing", "app-id"].map((name) => runtime(name)),
    runtime("compose-hash", hash),
    ...["instance-id", "boot-mr-done", "key-provider"].map((name) => runtime(name)),
  ];
  const check = (events: readonly LoggedEvent[], text = app, configId = "00") =>
    codeOf(() => replayEventLog(events, text, reportOf(events, configId)));
  assert.equal(check(boot), "accepted");
  assert.equal(check([...boot, runtime("system-ready")]), "accepted");
  assert.equal(check(boot, app, `01${hash}`), "accepted");
  assert.equal(check(boot, app, `01${"00".repeat(32)}`), "EVENT_LOG");
  for (const [index, event] of boot.entries()) {
    // The registers fit each of these logs: an app can extend register 3 itself.
    assert.equal(check(boot.toSpliced(index, 1)), "EVENT_LOG", `without ${index}`);
    assert.equal(check([...boot, event]), "EVENT_LOG", `${index} twice`);
  }
  const late = [...boot.toSpliced(2, 1), boot[2]!];
  assert.equal(check(late), "EVENT_LOG");
  assert.equal(check(boot, `${app} `), "EVENT_LOG");
});

test("behavior: no event's name holds what would give two events one digest", () => {
  const event_log = [{ imr: 3, event_type: 1, event: "app-id:00", event_payload: "" }];
  const collateral = { pck_crl_issuer_chain: "x", root_ca_crl: "00", pck_crl: "00" };
  const chains = { ...collateral, tcb_info_issuer_chain: "x", qe_identity_issuer_chain: "x" };
  const signed = { tcb_info_signature: "00".repeat(64), qe_identity_signature: "00".repeat(64) };
  const all = { ...chains, ...signed, tcb_info: "{}", qe_identity: "{}" };
  const evidence = { kind: "dstack-tdx", quote: "00", collateral: all, event_log, app_compose: "" };
  assert.throws(() => parseEvidence(evidence), /event_log\[0\]\.event: expected/);
  const fine = { ...evidence, event_log: [{ ...event_log[0]!, event: "app-id" }] };
  assert.equal(parseEvidence(fine).kind, "dstack-tdx");
  // And what is too much is refused before it is looked at.
  const long = { ...fine, event_log: Array.from({ length: 513 }, () => fine.event_log[0]!) };
  assert.throws(() => parseEvidence(long), /event_log: expected a list of 1 to 512/);
  assert.throws(() => parseEvidence({ ...fine, quote: "00".repeat(16_385) }), /quote: expected/);
});

test("behavior: verifiers that read other report data disagree", () => {
  const verdict = { status: "UpToDate", advisories: [], reportData: "00" };
  const other = { ...verdict, reportData: "01" };
  const verdicts = (second: typeof verdict) =>
    codeOf(() => askBothVerifiers(Buffer.alloc(0), {} as never, 0, [() => verdict, () => second]));
  assert.equal(verdicts(verdict), "accepted");
  assert.equal(verdicts(other), "VERIFIERS_DISAGREE");
});

test("behavior: no verifier is given the chain that stands beside the quote", () => {
  const given: object[] = [];
  const verifier = (_: Uint8Array, collateral: object) => {
    given.push(collateral);
    return { status: "UpToDate", advisories: [], reportData: "00" };
  };
  const collateral = { pck_certificate_chain: "of somebody else", pck_crl: "00" } as never;
  askBothVerifiers(Buffer.alloc(0), collateral, 0, [verifier, verifier]);
  assert.deepEqual(given, [{ pck_crl: "00" }, { pck_crl: "00" }]);
});

function runtime(event: string, event_payload = "00"): LoggedEvent {
  return { imr: 3, event_type: 0x0800_0001, event, event_payload };
}

/** A report whose registers are those of this log. */
function reportOf(events: readonly LoggedEvent[], configId: string): TdReport {
  const registers = [0, 1, 2, 3].map(() => Buffer.alloc(48));
  for (const event of events) {
    assert.ok(event.imr === 3);
    const type = Buffer.from("01000008", "hex");
    const payload = Buffer.from(event.event_payload, "hex");
    const digest = createHash("sha384").update(type).update(`:${event.event}:`).update(payload).digest();
    registers[3] = createHash("sha384").update(registers[3]!).update(digest).digest();
  }
  const mrConfigId = Buffer.concat([Buffer.from(configId, "hex")], 48);
  return { mrConfigId, runtimeRegisters: registers } as unknown as TdReport;
}

function codeOf(run: () => unknown): string {
  try {
    run();
    return "accepted";
  } catch (error) {
    const code = errorCode(error);
    if (code === undefined) throw error;
    return code;
  }
}
