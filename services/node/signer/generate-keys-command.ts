import type { TlsIdentity } from "../../../sdk/src/crypto/tls-identity.ts";
import type { KeyshareStore } from "../../keyshare/keyshare-store.ts";
import { readParticipantsFile } from "./p2p/participants-file.ts";
import { runKeyGeneration } from "./p2p/run-key-generation.ts";
import type { KeyGenerationPatience } from "./p2p/take-part.ts";

/** What `mpc-node generate-keys` needs once its command line and the node's folder are read. */
export interface GenerateKeysCommand {
  /** See `readParticipantsFile` for its form. */
  readonly participantsFile: string;
  readonly identity: TlsIdentity;
  readonly listen: { readonly host: string; readonly port: number };
  readonly store: Pick<KeyshareStore, "import">;
  readonly patience: KeyGenerationPatience;
  readonly signal: AbortSignal;
}

/**
 * `mpc-node generate-keys`: takes part in a key generation, has the shares stored and returns the
 * text to print, the `keyset` argument of the contract's `init_running` as JSON. Every participant
 * prints the same. Throws as `readParticipantsFile` and `runKeyGeneration` do.
 */
export async function generateKeysCommand(command: GenerateKeysCommand): Promise<string> {
  const { participantsFile, ...options } = command;
  const plan = await readParticipantsFile(participantsFile);
  const { keyset } = await runKeyGeneration({ ...options, plan });
  return JSON.stringify(keyset, null, 2);
}
