import { base58 } from "@scure/base";
import { encodeState } from "../../../contract/src/interface/state-codec.ts";
import { DEFAULT_CONFIG } from "../../../contract/src/protocol/limits.ts";
import type { Keyset, ParticipantInfo, ProtocolState } from "../../../contract/src/protocol/state.ts";
import { ed25519KeyPairFromSeed } from "../../../sdk/src/crypto/keys.ts";
import { participants, running } from "./sample-views.ts";

/** What a contract shows of a.near over RPC; each field can be lied about. */
export interface Shown {
  readonly state: ProtocolState;
  readonly service: { readonly public_key: string; readonly signer_account_pk: string };
}

/** A key pair of 32 times the byte. */
export const testKey = (byte: number) => ed25519KeyPairFromSeed(new Uint8Array(32).fill(byte));

/** One Ed25519 domain in epoch 4. */
export const FAKE_KEYSET = {
  epoch_id: 4,
  domains: [{ domain_id: 0, key: testKey(5).publicKey, attempt: 0 }],
} as unknown as Keyset;

/** The JSON that the contract's views answer on network `testnet`; no receipt, no recorded node key. */
export function fakeViews({ state, service }: Shown): Record<string, unknown> {
  return {
    state: encodeState(state, base58.decode),
    config: { ...DEFAULT_CONFIG, network_id: "testnet" },
    participant_info: null,
    backup_service_info: { ...service, url: null },
    backup_receipt: null,
  };
}

/** Running with `FAKE_KEYSET`, a.near's node being this one. */
export function runningWith(node: ParticipantInfo): ProtocolState {
  const [, ...others] = participants().map(
    ([account, id, { url }]) => [account, id, { url, tls_public_key: testKey(10 + id).publicKey }] as const,
  );
  const entries = [["a.near", 0, node], ...others];
  const parameters = { participants: { next_id: 3, participants: entries }, threshold: 2 };
  return running({ keyset: FAKE_KEYSET, parameters: parameters as never });
}

/** A node on the loopback. */
export function loopbackInfo(tlsPublicKey: string, port: number): ParticipantInfo {
  return { url: `https://127.0.0.1:${port}`, tls_public_key: tlsPublicKey } as ParticipantInfo;
}
