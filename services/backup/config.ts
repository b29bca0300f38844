import { type CommonConfig, readCommonFields } from "../operations/common-config.ts";
import type { ConfigFields } from "../operations/config-fields.ts";
import { isAgeRecipient, MAX_AGE_RECIPIENTS } from "../store/age-recipient.ts";

export interface BackupConfig extends CommonConfig {
  /** Operators' X25519 keys `age1…` that shall open each backup too; none by default. */
  readonly age_recipients: readonly string[];
}

const AGE_RECIPIENT = { test: isAgeRecipient };

export function readBackupConfig(fields: ConfigFields, folder: string): BackupConfig {
  return {
    ...readCommonFields(fields, folder),
    age_recipients: fields.textsOrNone(
      "age_recipients",
      AGE_RECIPIENT,
      "age recipients age1…, of 62 characters with a right checksum",
      MAX_AGE_RECIPIENTS,
    ),
  };
}

/** What `init` was told; becomes the config file. */
export interface BackupInit {
  readonly accountId: string;
  readonly contractId: string;
  readonly networkId: string;
  readonly rpcUrl: readonly string[];
  readonly ownNode: boolean;
  readonly localPort: number;
  readonly pollIntervalMillis: number;
  readonly transport: number;
  readonly ageRecipient: readonly string[];
}

export function backupConfigText(init: BackupInit): string {
  const text = JSON.stringify;
  return `// Config of mpc-backup. Lines that start with // are comments; paths are relative to this file.
{
  "network_id": ${text(init.networkId)},
  "contract_id": ${text(init.contractId)},
  // The node operator's account: this service backs up the node of this account.
  "account_id": ${text(init.accountId)},
  "rpc": {
    // At least two endpoints of different operators, which must agree before a secret leaves;
    // or exactly one with "own_node": true, if it is your own NEAR node.
    "urls": ${text(init.rpcUrl)},
    "own_node": ${text(init.ownNode)}
  },
  // The function-call access key of the account for this service; register its public half.
  "near_key_file": "keys/near-key.json",
  "tls_key_file": "keys/tls-key.json",
  // Seals the backups on disk. Keep a copy elsewhere: without it they can't be opened.
  "store_key_file": "store-key.json",
  // The age1... keys of operators, each of whom can open the backups with the stock age tool; [] for none.
  "age_recipients": ${text(init.ageRecipient)},
  "data_folder": "data",
  // Port of GET /healthz, /metrics and /status on 127.0.0.1; 0 takes a free one.
  "local_port": ${text(init.localPort)},
  "poll_interval_millis": ${text(init.pollIntervalMillis)},
  // How keyshares travel between node and backup service: 1 pinned TLS, 2 signed web requests. The same for both.
  "transport": ${text(init.transport)}
}
`;
}
