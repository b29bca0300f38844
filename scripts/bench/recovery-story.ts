import { keysetHash } from "../../sdk/src/crypto/keyset-hash.ts";
import type { BenchNetwork } from "./network.ts";
import { by, measured, nodeKeyCall, type Step, type Story, startCall, view } from "./step.ts";

/** The last participant registers, recovers twice, and is looked at. */
export const recoveryStory: Story = (network, count) => {
  const last = count - 1;
  return [
    measured(startCall(network)),
    measured(nodeKeyCall(network, last)),
    ...service(network, last),
    ...views(network, last),
    ...recovery(network, last),
  ];
};

function service(network: BenchNetwork, last: number): readonly Step[] {
  const keyset = network.initRunning.keyset as Parameters<typeof keysetHash>[0];
  const info = {
    public_key: network.keyPair(last, "service tls").publicKey,
    signer_account_pk: network.keyPair(last, "service").publicKey,
  };
  const registration = {
    backup_service_info: info,
    tls_key_proof: network.tlsKeyProof(last, "backup_service", "service tls", "service"),
  };
  const receipt = { epoch_id: 4, keyset_hash: keysetHash(keyset), digest: "00".repeat(32) };
  const signed = by(network, last, "service");
  return [
    measured({ method: "register_backup_service", height: 12, ...signed, args: registration }),
    measured({ method: "confirm_backup", height: 13, ...signed, args: receipt }),
    measured({
      method: "submit_ephemeral_key",
      height: 14,
      ...signed,
      args: network.ephemeralKey(last, "backup_service", "backup", "service tls"),
    }),
  ];
}

function views(network: BenchNetwork, last: number): readonly Step[] {
  const account_id = network.account(last);
  return [
    view("state", 20),
    view("config", 20),
    view("version", 20),
    view("node_methods", 20),
    view("backup_service_methods", 20),
    view("contract_source_metadata", 20),
    view("storage_balance_bounds", 20),
    view("public_key", 20, { domain_id: 1 }),
    view("accepts_requests", 20, { domain_id: 1 }),
    view("participant_info", 20, { account_id }),
    view("backup_service_info", 20, { account_id }),
    view("backup_receipt", 20, { account_id }),
    view("ephemeral_key", 20, { account_id, role: "backup_service", purpose: "backup" }),
  ];
}

function recovery(network: BenchNetwork, last: number): readonly Step[] {
  const { keyset } = network.initRunning;
  const entry = (tlsRole: string, signerRole: string) => ({
    participant_info: { ...network.participantInfo(last, tlsRole), url: "https://mpc-node-new.example.org" },
    tls_key_proof: network.tlsKeyProof(last, "node", tlsRole, signerRole),
  });
  const method = "submit_participant_recovery_info";
  const full = by(network, last, "full");
  const recovering = by(network, last, "recovering");
  const approval = {
    tls_public_key: network.keyPair(last, "next tls").publicKey,
    signer_account_pk: network.keyPair(last, "next").publicKey,
  };
  return [
    measured({ method, height: 21, ...recovering, args: entry("recovering tls", "recovering") }),
    view("state", 22, {}, "in Recovery"),
    view("recovery_info", 22),
    measured({
      method: "confirm_recovery",
      height: 23,
      ...by(network, last, "service"),
      args: { recovery_id: 0 },
    }),
    measured({
      method: "vote_cancel_recovery",
      height: 23,
      ...by(network, 0, "full"),
      args: { recovery_id: 0 },
    }),
    measured({ method: "conclude_recovery", height: 24, ...recovering, args: { keyset } }),
    view("state", 24, {}, "after a recovery"),
    measured({ method: "approve_recovery", height: 25, ...full, depositYocto: 1n, args: approval }),
    measured(
      { method, height: 26, ...by(network, last, "next"), args: entry("next tls", "next") },
      "approved",
    ),
    measured({ method: "cancel_recovery", height: 27, ...full, depositYocto: 1n, args: {} }),
  ];
}
