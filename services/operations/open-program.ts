import type { CallContract } from "../../sdk/src/client/call-contract.ts";
import {
  createProvenReader,
  type ReadProvenContract,
  type Trust,
} from "../../sdk/src/client/proven-reader.ts";
import { createSender } from "../../sdk/src/client/sender.ts";
import { readKeyFile } from "../../sdk/src/crypto/key-files.ts";
import type { Ed25519KeyPair } from "../../sdk/src/crypto/keys.ts";
import { type TlsIdentity, tlsIdentityFromKeyPair } from "../../sdk/src/crypto/tls-identity.ts";
import type { StoreOwner } from "../keyshare/file-keyshare-store.ts";
import { systemFiles } from "../store/files.ts";
import { readStoreKeyFile, type StoreKey } from "../store/store-key.ts";
import type { CommonConfig } from "./common-config.ts";
import type { StateProof } from "./contract-view.ts";
import { usageError } from "./program-error.ts";
import { requireNoHalfDoneReplacement } from "./program-folder.ts";
import { readingAgainOnDroppedBlocks } from "./read-again.ts";

/** A program's keys and its connections to the chain, ready for use. */
export interface OpenedProgram {
  readonly nearKey: Ed25519KeyPair;
  readonly tlsKey: Ed25519KeyPair;
  readonly identity: TlsIdentity;
  readonly storeKey: StoreKey;
  readonly owner: StoreOwner;
  readonly reader: ReadProvenContract;
  readonly proof: StateProof;
  /** Calls the contract as the account, with the NEAR key. */
  readonly caller: CallContract;
}

/**
 * Reads every key file that a config names and prepares the chain's reader and sender; opens no connection.
 *
 * @throws ProgramError, KeyFileError or StoreKeyUnusable: exit code 2
 */
export async function openProgram(config: CommonConfig): Promise<OpenedProgram> {
  await requireNoHalfDoneReplacement(config);
  const { accountId, keyPair: nearKey } = await readKeyFile(config.near_key_file);
  if (accountId !== undefined && accountId !== config.account_id) {
    throw usageError(
      "KEY_OF_OTHER_ACCOUNT",
      `NEAR key file ${config.near_key_file} belongs to ${accountId}, the config is for ${config.account_id}`,
    );
  }
  const tlsKey = (await readKeyFile(config.tls_key_file)).keyPair;
  if (tlsKey.publicKey === nearKey.publicKey) {
    throw usageError(
      "ONE_KEY_FOR_BOTH",
      `"near_key_file" ${config.near_key_file} and "tls_key_file" ${config.tls_key_file} hold the same key: expected two; correct the path that is wrong`,
    );
  }
  const { contract_id: contractId, account_id, network_id } = config;
  const [endpoint = { url: "" }, ...fallbackEndpoints] = config.rpc.urls.map((url) => ({ url }));
  return {
    nearKey,
    tlsKey,
    identity: tlsIdentityFromKeyPair(tlsKey),
    storeKey: await readStoreKeyFile(systemFiles, config.store_key_file),
    owner: { network: network_id, contract: contractId, account: account_id },
    ...openReader(config),
    caller: createSender({
      endpoint,
      fallbackEndpoints,
      contractId,
      accountId: account_id,
      keyPair: nearKey,
    }),
  };
}

// recovery-services.md §1: what lets a secret out is agreed on by at least so many independent endpoints.
const MUST_AGREE = 2;

function openReader(config: CommonConfig): { reader: ReadProvenContract; proof: StateProof } {
  const { urls, own_node } = config.rpc;
  const [first = ""] = urls;
  if (!own_node && urls.length < MUST_AGREE) {
    throw usageError(
      "UNPROVEN_STATE",
      `"rpc.urls" names one endpoint, which could lie: name at least ${MUST_AGREE} of different operators, or set "rpc.own_node" if it is your own NEAR node`,
    );
  }
  if (own_node && urls.length > 1) {
    throw usageError("UNPROVEN_STATE", `"rpc.own_node" is for one endpoint, "rpc.urls" names ${urls.length}`);
  }
  const trust: Trust = own_node
    ? { kind: "own_node", endpoint: { url: first } }
    : { kind: "quorum", endpoints: urls.map((url) => ({ url })), mustAgree: MUST_AGREE };
  const proof: StateProof = own_node ? { kind: "own_node" } : { kind: "agreement", endpoints: MUST_AGREE };
  const reader = createProvenReader({ contractId: config.contract_id, trust });
  return { reader: readingAgainOnDroppedBlocks(reader), proof };
}
