import { createHash } from "node:crypto";
import { base58Encode } from "../../contract/src/interface/base58.ts";
import type {
  AccountId,
  SeedVersion,
  Sha256Hex,
  TlsPublicKey,
  UnixSeconds,
  X25519PublicKey,
} from "../../contract/src/protocol/brand.ts";
import { handoverCostYocto } from "../../contract/src/protocol/transparency/confirm-handover.ts";
import { handoverReceiptText } from "../../contract/src/protocol/transparency/signed-texts.ts";
import { seedBackupCostYocto } from "../../sdk/src/actions/seed-backup-cost.ts";
import { formatPublicKey, signBytes } from "../../sdk/src/crypto/keys.ts";
import { signShareKeyProof } from "../../sdk/src/crypto/share-key-proof.ts";
import { BENCH_NETWORK_ID, type BenchNetwork } from "./network.ts";
import { by, measured, measuredLast, prepared, type Step, type Story, startCall, view } from "./step.ts";
import type { ContractCall } from "./wasm-contract.ts";

const HEIGHT = 20;
const CODE_HASH = sha256("program");
const VERSION = 1;
/** As long as `sdk/src/sharing` seals a share. */
const ENVELOPE = JSON.stringify({
  body: "b".repeat(100),
  header: { h: "h".repeat(380) },
  signature: "s".repeat(96),
});

/** A program is voted in and anchored; everybody has a share key, a seed is backed up and handed over. */
export const transparencyStory: Story = (network, count) => [
  prepared(startCall(network)),
  ...programs(network, count),
  ...shareKeys(network, count),
  ...seeds(network, count),
];

function programs(network: BenchNetwork, count: number): readonly Step[] {
  const call =
    (method: string, args: unknown) =>
    (index: number): ContractCall => ({
      method,
      height: HEIGHT,
      ...by(network, index, "full"),
      args,
    });
  const vote = call("vote_code_hash", { code_hash: CODE_HASH });
  return [
    measured(call("propose_code_hash", { code_hash: CODE_HASH, url: "https://code.example.org/v1" })(0)),
    measured(vote(0)),
    ...decisive(network, count, vote),
    prepared(call("propose_code_hash", { code_hash: sha256("next"), url: "https://code.example.org/v2" })(0)),
    view("proposed_code_hashes", HEIGHT),
    view("allowed_code_hashes", HEIGHT),
    measured(call("vote_rollout_policy", { policy: "shadow" })(0)),
    view("rollout_policy", HEIGHT),
    measured(call("anchor", { nonce: sha256("nonce") })(count - 1)),
    measured(call("vote_revoke_code_hash", { code_hash: CODE_HASH })(0)),
  ];
}

/** The votes of the others up to the one that decides. */
function decisive(
  network: BenchNetwork,
  count: number,
  vote: (index: number) => ContractCall,
): readonly Step[] {
  const { threshold } = network.initRunning.parameters as { readonly threshold: number };
  return Array.from({ length: Math.min(threshold, count) - 1 }, (_, at) => {
    const call = vote(at + 1);
    return at === threshold - 2 ? measuredLast(call) : prepared(call);
  });
}

function shareKeys(network: BenchNetwork, count: number): readonly Step[] {
  const call = (index: number): ContractCall => {
    const publicKey = formatPublicKey(
      "x25519",
      Buffer.from(sha256(`share/${index}`), "hex"),
    ) as X25519PublicKey;
    const owner = {
      networkId: BENCH_NETWORK_ID,
      contractId: network.contractId,
      accountId: network.account(index),
      publicKey,
    };
    const proof = signShareKeyProof(network.keyPair(index, "tls"), owner);
    const args = { public_key: publicKey, proof };
    return { method: "publish_share_key", height: HEIGHT, ...by(network, index, "full"), args };
  };
  const others = Array.from({ length: count - 1 }, (_, index) => prepared(call(index)));
  return [...others, measured(call(count - 1)), view("share_keys", HEIGHT)];
}

function seeds(network: BenchNetwork, count: number): readonly Step[] {
  const shares = Array.from({ length: count }, (_, index) => [network.account(index), ENVELOPE] as const);
  const backup = { version: VERSION, commitment: sha256("seed"), threshold: 2, shares };
  const name = {
    version: VERSION as SeedVersion,
    from: network.keyPair(0, "program").publicKey as TlsPublicKey,
    to: network.keyPair(1, "program").publicKey as TlsPublicKey,
  };
  const receipt = { receipt_hash: sha256("receipt") as Sha256Hex, expires: 2_000_000_000 as UnixSeconds };
  const signedFor = { network_id: BENCH_NETWORK_ID, contract_id: network.contractId as AccountId };
  const text = Buffer.from(handoverReceiptText(signedFor, name, receipt), "utf8");
  const signature = `ed25519:${base58Encode(signBytes(network.keyPair(1, "program"), text))}`;
  const member = { height: HEIGHT, ...by(network, count - 1, "full") };
  const anchored = { nonce: sha256("nonce"), handover: name };
  return [
    measured({
      method: "publish_seed_backup",
      ...member,
      depositYocto: seedBackupCostYocto(backup),
      args: backup,
    }),
    view("seed_backup", HEIGHT, { version: VERSION }),
    measured({
      method: "confirm_handover",
      ...member,
      depositYocto: handoverCostYocto(),
      args: { ...name, ...receipt, signature },
    }),
    view("handover", HEIGHT, name),
    measured({ method: "anchor", ...member, args: anchored }, "of a handover"),
    measured(
      { method: "anchor", ...member, args: { nonce: sha256("nonce"), seed_backup: VERSION } },
      "of a seed backup",
    ),
  ];
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
