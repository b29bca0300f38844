import { committeeRoot } from "../../src/approval/committee.ts";
import { type Recipient, signSealKey } from "../../src/approval/recipient.ts";
import { collectApproval, signStatement } from "../../src/approval/sign-statement.ts";
import type { Approval, Statement } from "../../src/approval/statement.ts";
import { recipientKeyHash } from "../../src/approval/verify-approval.ts";
import { signDevEvidence } from "../../src/attestation/dev-attestation.ts";
import { type AttestationPolicy, NO_COLLATERAL_SEEN } from "../../src/attestation/policy.ts";
import { reportDataFor } from "../../src/attestation/report-data.ts";
import { type Ed25519KeyPair, ed25519KeyPairFromSeed } from "../../src/crypto/keys.ts";
import { type KxKeyPair, kxKeyPairFromSeed } from "../../src/crypto/kx.ts";

/** Unix seconds at which the samples are made. */
export const NOW = 1_786_622_400;
export const OLD_PROGRAM = "aa".repeat(32);
export const NEW_PROGRAM = "bb".repeat(32);
export const NETWORK = "testnet";
export const CONTRACT = "mpc.testnet";
export const RECIPIENT_ACCOUNT = "sequencer.testnet";

/** Stands for the chip's maker in tests. */
export const DEV_KEY = keyPair(200);
export const MEMBERS = [1, 2, 3, 4, 5].map(keyPair);
export const MEMBER_KEYS = MEMBERS.map(({ publicKey }) => publicKey);
export const COMMITTEE = { root: committeeRoot(MEMBER_KEYS), threshold: 3 };

export const DEV_POLICY: AttestationPolicy = {
  accepted_tcb_statuses: ["UpToDate"],
  max_collateral_age_seconds: 86_400,
  collateral_floor: NO_COLLATERAL_SEEN,
  insecure_dev_key: DEV_KEY.publicKey,
};

/** A program with keys and development evidence, such as asks for the seed. */
export interface SampleProgram {
  readonly recipient: Recipient;
  readonly sealKey: KxKeyPair;
  readonly tls: Ed25519KeyPair;
}

export function sampleProgram(seed: number, measurement = NEW_PROGRAM, attestedAt = NOW): SampleProgram {
  const [tls, account] = [keyPair(seed), keyPair(seed + 1)];
  const sealKey = kxKeyPairFromSeed(Buffer.alloc(32, seed + 2));
  const keys = { tls_public_key: tls.publicKey, account_public_key: account.publicKey };
  const use = { network: NETWORK, contract: CONTRACT, account: RECIPIENT_ACCOUNT };
  const recipient: Recipient = {
    ...keys,
    evidence: signDevEvidence(DEV_KEY, measurement, reportDataFor(keys), attestedAt),
    seal_key: sealKey.publicKey,
    seal_key_proof: signSealKey(tls, sealKey.publicKey, use),
  };
  return { recipient, sealKey, tls };
}

export function sampleStatement({ recipient }: SampleProgram, change: Partial<Statement> = {}): Statement {
  return {
    v: 1,
    purpose: "safe_mode",
    network: NETWORK,
    contract: CONTRACT,
    from: OLD_PROGRAM,
    to: NEW_PROGRAM,
    recipient_account: RECIPIENT_ACCOUNT,
    recipient_key_hash: recipientKeyHash(reportDataFor(recipient)),
    nonce: "dd".repeat(32),
    issued_at: NOW,
    expires: NOW + 3_600,
    next_committee_root: COMMITTEE.root,
    ...change,
  };
}

export function sampleApproval(program: SampleProgram, change: Partial<Statement> = {}): Approval {
  const statement = sampleStatement(program, change);
  const signatures = MEMBERS.slice(0, 3).map((member) => signStatement(member, MEMBER_KEYS, statement));
  return collectApproval(statement, signatures);
}

export function keyPair(seed: number): Ed25519KeyPair {
  return ed25519KeyPairFromSeed(Buffer.alloc(32, seed));
}
