import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { ProtocolState } from "../../../contract/src/protocol/state.ts";
import { type FakeNode, honest, startFakeNode } from "../../../sdk/test/fake-node.ts";
import { openFileKeyshareStore } from "../../keyshare/file-keyshare-store.ts";
import { keysetHash } from "../../keyshare/keyset-hash.ts";
import type { Keyset, Keyshare } from "../../keyshare/keyshare.ts";
import { toKeyshare } from "../../node/signer/keyshare-codec.ts";
import { generateKey } from "../../node/signer/test/in-memory-network.ts";
import { readConfigFile } from "../../operations/common-config.ts";
import { createProgramFolder, type PublicKeys } from "../../operations/program-folder.ts";
import { fakeViews, loopbackInfo, runningWith, testKey } from "../../operations/test/fake-contract.ts";
import { systemFiles } from "../../store/files.ts";
import { openJournal } from "../../store/journal.ts";
import { readStoreKeyFile } from "../../store/store-key.ts";
import { type BackupConfig, backupConfigText, readBackupConfig } from "../config.ts";
import { parseBackupEntry } from "../memory.ts";

const OWNER = { network: "testnet", contract: "mpc.near", account: "a.near" };
const HEAD = 100;

/** Real FROST shares of a.near (participant 0) and of participant 1, of a keyset of this epoch. */
export function frostKeyset(epoch_id: number): {
  readonly keyset: Keyset;
  readonly hash: string;
  readonly own: readonly Keyshare[];
  readonly others: readonly Keyshare[];
} {
  const slot = { domain_id: 0, epoch_id, attempt: 0 };
  const [own, other] = generateKey("frost-ed25519", [0, 1, 2], 2).map((each) => toKeyshare(each, slot));
  if (own === undefined || other === undefined) throw new Error("expected three shares");
  const keyset = { epoch_id, domains: [{ domain_id: 0, key: own.public_key, attempt: 0 }] };
  return { keyset, hash: keysetHash(keyset), own: [own], others: [other] };
}

/** A service's folder as `init` makes it, and a node that shows a contract in which it is registered. */
export interface BackupFixture {
  readonly config: BackupConfig;
  readonly keys: PublicKeys;
  readonly node: FakeNode;
  /** Shows the contract Running on this keyset, with this receipt. */
  show(keyset: Keyset, receipt: { keyset: Keyset; digest: string } | null): void;
  /** What the service would have stored; returns the file's digest. */
  hold(keyset: Keyset, shares: readonly Keyshare[]): Promise<string>;
}

export async function backupFixture(context: TestContext, ageRecipient: readonly string[] = []) {
  const folder = await mkdtemp(join(tmpdir(), "mpc-recovery-backup-"));
  context.after(() => rm(folder, { recursive: true }));
  const node = await startFakeNode(context, () => ({ result: null }));
  const text = backupConfigText({
    accountId: OWNER.account,
    contractId: OWNER.contract,
    networkId: OWNER.network,
    rpcUrl: [node.endpoint.url],
    ownNode: true,
    localPort: 0,
    pollIntervalMillis: 1_000,
    ageRecipient,
    transport: 1,
  });
  const keys = await createProgramFolder(systemFiles, join(folder, "backup"), OWNER.account, text);
  const config = await readConfigFile(keys.config_file, readBackupConfig);
  const storeKey = await readStoreKeyFile(systemFiles, config.store_key_file);
  const service = { public_key: keys.tls_public_key, signer_account_pk: keys.near_public_key };
  const fixture: BackupFixture = {
    config,
    keys,
    node,
    show(keyset, receipt) {
      const state = { ...runningWith(loopbackInfo(testKey(1).publicKey, 9)), keyset } as ProtocolState;
      const backup_receipt =
        receipt === null
          ? null
          : {
              epoch_id: receipt.keyset.epoch_id,
              keyset_hash: keysetHash(receipt.keyset),
              digest: receipt.digest,
              confirmed_in: 90,
            };
      const views = { ...fakeViews({ state, service }), backup_receipt };
      node.behave = honest({ head: HEAD, headMillis: Date.now() - 1_000, views });
    },
    async hold(keyset, shares) {
      const store = await openFileKeyshareStore(
        systemFiles,
        join(config.data_folder, "backups"),
        storeKey,
        OWNER,
        config.age_recipients,
      );
      const { digest, keyset_hash } = await store.import(keyset, shares);
      const journal = await openJournal(systemFiles, join(config.data_folder, "journal"), parseBackupEntry);
      await journal.append({ type: "stored", keyset_hash, digest, height: 90, at_millis: 0 });
      return digest;
    },
  };
  return fixture;
}
