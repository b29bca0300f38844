import { openProgram } from "../operations/open-program.ts";
import { proveTlsKey } from "../operations/prove-tls-key.ts";
import type { BackupConfig } from "./config.ts";

/**
 * `mpc-backup registration`: the arguments of `register_backup_service` for this service, as one line of JSON, for the
 * operator's full-access key, which stays away from this machine. Public keys and the TLS key's proof; no secret.
 */
export async function registrationText(config: BackupConfig): Promise<string> {
  const program = await openProgram(config);
  const public_key = program.identity.publicKey;
  const backup_service_info = { public_key, signer_account_pk: program.nearKey.publicKey };
  return JSON.stringify({ backup_service_info, tls_key_proof: proveTlsKey(program, "backup_service") });
}
