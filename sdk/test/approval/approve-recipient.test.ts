import assert from "node:assert/strict";
import { test } from "node:test";
import { approveRecipient, attestRecipient } from "../../src/approval/approve-recipient.ts";
import { parseRecipient, type Recipient, signSealKey } from "../../src/approval/recipient.ts";
import type { Approval } from "../../src/approval/statement.ts";
import { errorCode } from "../../src/errors/base-error.ts";
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
} from "./sample-recipient.ts";

const program = sampleProgram(10);
const other = sampleProgram(20);
const USE = { network: NETWORK, contract: CONTRACT, account: RECIPIENT_ACCOUNT };

test("behavior: an approved program's seal key comes out", () => {
  const approved = approve(program.recipient, sampleApproval(program));
  assert.equal(approved.sealKey, program.sealKey.publicKey);
  assert.equal(approved.signers.length, 3);
});

test("behavior: an approval of another program, of other keys, is refused", () => {
  assert.equal(codeOf(program.recipient, sampleApproval(other)), "APPROVAL_CONTEXT");
  assert.equal(codeOf(program.recipient, sampleApproval(program, { to: OLD_PROGRAM })), "APPROVAL_CONTEXT");
  const upgrade = sampleApproval(program, { purpose: "upgrade" });
  assert.equal(codeOf(program.recipient, upgrade), "APPROVAL_CONTEXT");
});

test("behavior: a seal key that the attested TLS key doesn't vouch for here is refused", () => {
  const approval = sampleApproval(program);
  const swapped = { ...program.recipient, seal_key: other.recipient.seal_key };
  assert.equal(codeOf(swapped, approval), "REPORT_DATA");
  for (const use of [
    { ...USE, network: "mainnet" },
    { ...USE, contract: "mpc2.testnet" },
    { ...USE, account: "node-2.testnet" },
  ]) {
    const seal_key_proof = signSealKey(program.tls, program.sealKey.publicKey, use);
    assert.equal(codeOf({ ...program.recipient, seal_key_proof }, approval), "REPORT_DATA");
  }
  const seal_key_proof = signSealKey(keyPair(99), program.sealKey.publicKey, USE);
  assert.equal(codeOf({ ...program.recipient, seal_key_proof }, approval), "REPORT_DATA");
});

test("behavior: every field of a recipient counts", () => {
  for (const [name, value] of Object.entries(program.recipient)) {
    const changed = name === "evidence" ? other.recipient.evidence : otherText(value as string);
    const code = codeOf({ ...program.recipient, [name]: changed } as Recipient, sampleApproval(program));
    assert.ok(["REPORT_DATA", "BAD_FORMAT", "BAD_KEY"].includes(code), `${name}: ${code}`);
    const { [name]: _, ...without } = { ...program.recipient } as Record<string, unknown>;
    assert.equal(codeOf(without as unknown as Recipient, sampleApproval(program)), "BAD_FORMAT");
  }
});

function approve(recipient: Recipient, approval: Approval) {
  const attested = attestRecipient(parseRecipient(recipient), USE, NOW, DEV_POLICY);
  const from = { purpose: "safe_mode", network: NETWORK, contract: CONTRACT, from: OLD_PROGRAM } as const;
  return approveRecipient(attested, approval, {
    committee: COMMITTEE,
    expected: { ...from, recipient_account: RECIPIENT_ACCOUNT },
    now: NOW,
    maxLifetimeSeconds: 86_400,
  });
}

function codeOf(recipient: Recipient, approval: Approval): string {
  try {
    approve(recipient, approval);
    return "accepted";
  } catch (error) {
    return errorCode(error) ?? String(error);
  }
}

function otherText(text: string): string {
  return text.slice(0, -1) + (text.endsWith("2") ? "3" : "2");
}
