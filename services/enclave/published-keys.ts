import { publishSeedBackup } from "../../sdk/src/actions/calls.ts";
import { seedBackupCostYocto } from "../../sdk/src/actions/seed-backup-cost.ts";
import { state as readState } from "../../sdk/src/actions/views.ts";
import type { CallContract } from "../../sdk/src/client/call-contract.ts";
import type { ReadContract } from "../../sdk/src/client/read-contract.ts";
import { x25519PublicKey } from "../../sdk/src/crypto/keys.ts";
import { parseSeedBackup, type ShareKeys } from "../../sdk/src/sharing/seed-backup.ts";
import { AnchorError, digestText } from "./anchor-proof.ts";
import { jsonDigest, textDigest } from "./json-digest.ts";
import { OpeningError, type PublishedKeys } from "./opening.ts";
import type { ProvenChain } from "./proven-chain.ts";

/** The contract's event about a published backup, logged by `anchor{nonce, seed_backup}`. */
const BACKUP_EVENT = "seed_backup_anchored";

/** Reads from any RPC, and believes what fits the digest that the light client proves. */
export function provenPublishedKeys(
  chain: ProvenChain,
  reader: ReadContract,
  caller: CallContract,
  version: number,
): PublishedKeys {
  return {
    async readShareKeys() {
      const { shareKeysDigest } = await chain.anchor({});
      const { value } = await reader.view("share_keys", {});
      if (!Array.isArray(value) || jsonDigest(value) !== shareKeysDigest) throw otherThan("share keys");
      const keys = Object.fromEntries(value as [string, string][]);
      for (const key of Object.values(keys)) x25519PublicKey(key);
      await requireAllParticipants(reader, keys);
      return keys;
    },
    async readBackup() {
      const { others, time } = await chain.anchor({ seed_backup: version });
      const { [BACKUP_EVENT]: logged } = others;
      if (logged?.version !== version) throw otherThan("backup");
      if (logged.digest === null) return { backup: null, time };
      const { value } = await reader.view("seed_backup", { version });
      // The contract stores the text that it answers; parsed and written again it is the same, or refused.
      if (textDigest(JSON.stringify(value)) !== digestText(logged.digest)) throw otherThan("backup");
      const { commitment, threshold, shares } = value as Record<string, unknown>;
      return { backup: parseSeedBackup({ version, commitment, threshold, shares }), time };
    },
    async publish(backup) {
      await publishSeedBackup(caller, backup, { depositYocto: seedBackupCostYocto(backup) });
    },
  };
}

/** A share that nobody can open counts for nothing: who hasn't published a key is waited for. */
async function requireAllParticipants(reader: ReadContract, keys: ShareKeys): Promise<void> {
  const { value: state } = await readState(reader);
  if (state.kind !== "Running")
    throw new OpeningError("SHARE_KEYS_MISSING", `the contract is ${state.kind}, not Running`);
  const accounts = state.parameters.participants.participants.map(([account]) => account);
  const missing = accounts.filter((account) => !Object.hasOwn(keys, account));
  if (missing.length === 0) return;
  throw new OpeningError("SHARE_KEYS_MISSING", `waiting for the share keys of ${missing.join(", ")}`);
}

function otherThan(what: string): AnchorError {
  return new AnchorError(`the RPC shows other ${what} than the contract anchored`);
}
