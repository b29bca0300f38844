import { signerKey, tlsKey } from "../../../../contract/test/support/keys.ts";
import { account, service } from "../../../../contract/test/support/network.ts";
import { parseBackupEntry } from "../../../backup/memory.ts";
import type { BackupPorts, ExchangeKeyshares } from "../../../backup/ports.ts";
import { stepBackupService } from "../../../backup/service.ts";
import { openFileKeyshareStore } from "../../../keyshare/file-keyshare-store.ts";
import { memoryLog, NEVER } from "../../../operations/test/in-memory-ports.ts";
import type { Files } from "../../../store/files.ts";
import { openJournal } from "../../../store/journal.ts";
import { createOwnKeys } from "../../../transport/web/own-keys.ts";
import { openUsedSessions } from "../../../transport/web/used-sessions.ts";
import type { Life } from "./life.ts";
import type { Link } from "./links.ts";
import type { Outside, Surroundings } from "./outside.ts";
import { ownerOf, PLACES, STORE_KEY, tlsKeyPair } from "./parties.ts";

/** A backup service of an account: its TLS key and its access key have the label. */
export interface ServiceIdentity {
  readonly name: string;
  readonly label: string;
}

export interface ServiceParts {
  step(): ReturnType<typeof stepBackupService>;
}

/** Starts the real backup service, with the real exchange of the link, on these files. */
export async function openService(
  self: ServiceIdentity,
  { outside, link, checkers, clock }: Surroundings & { readonly link: Link },
  files: Files,
  life: Life,
): Promise<ServiceParts> {
  const { name, label } = self;
  const settings = {
    account_id: account(name),
    tls_public_key: tlsKey(label),
    signer_public_key: signerKey(label),
    poll_interval_millis: 1_000,
  };
  const ports: BackupPorts = {
    readView: () => outside.readView(name, life),
    contract: {
      register: () => outside.call(name, label, service(name, label, label), life),
      confirmBackup: ({ epoch_id, keyset_hash, digest }) =>
        outside.call(
          name,
          label,
          { type: "confirm_backup", epoch_id, keyset_hash, digest } as Parameters<Outside["call"]>[2],
          life,
        ),
      confirmRecovery: (recovery_id) =>
        outside.call(name, label, { type: "confirm_recovery", recovery_id: recovery_id as never }, life),
    },
    journal: await openJournal(files, PLACES.journal, parseBackupEntry),
    store: await openFileKeyshareStore(files, PLACES.shares, STORE_KEY, ownerOf(name)),
    node: outside.exchange(await openExchange(self, outside, link, files, life), life),
    checkers,
    clock,
    log: memoryLog(),
    random: () => 0.5,
  };
  return { step: () => stepBackupService(ports, settings, () => undefined, NEVER) };
}

async function openExchange(
  { name, label }: ServiceIdentity,
  outside: Outside,
  link: Link,
  files: Files,
  life: Life,
): Promise<ExchangeKeyshares> {
  const [owner, tlsKeys] = [ownerOf(name), tlsKeyPair(label)];
  const readSlots = (purpose: Parameters<Outside["readSlots"]>[1]) => outside.readSlots(name, purpose, life);
  return link.exchange({
    tlsKey: tlsKeys,
    web: async () => ({
      owner,
      tlsKey: tlsKeys,
      readSlots,
      keys: createOwnKeys({
        role: "backup_service",
        owner,
        tlsKey: tlsKeys,
        readSlots,
        publish: (key) => outside.call(name, label, { type: "submit_ephemeral_key", ...key }, life),
      }),
      used: await openUsedSessions(files, PLACES.folder),
    }),
  });
}
