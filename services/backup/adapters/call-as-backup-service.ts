import { confirmBackup, confirmRecovery, registerBackupService } from "../../../sdk/src/actions/calls.ts";
import type { CallContract } from "../../../sdk/src/client/call-contract.ts";
import type { OpenedProgram } from "../../operations/open-program.ts";
import { proveTlsKey } from "../../operations/prove-tls-key.ts";
import type { CallAsBackupService, ReceiptToConfirm } from "../ports.ts";

/** Calls the contract with the service's function-call key, which can attach no deposit. */
export function callAsBackupService(program: OpenedProgram): CallAsBackupService {
  const { caller, identity } = program;
  return {
    async register(signal) {
      const backup_service_info = { public_key: identity.publicKey, signer_account_pk: caller.signerKey };
      const tls_key_proof = proveTlsKey(program, "backup_service");
      await registerBackupService(caller, { backup_service_info, tls_key_proof }, { signal });
    },
    async confirmBackup(receipt, signal) {
      await confirm(caller, receipt, signal);
    },
    async confirmRecovery(recovery_id, signal) {
      await confirmRecovery(caller, { recovery_id }, { signal });
    },
  };
}

async function confirm(caller: CallContract, receipt: ReceiptToConfirm, signal: AbortSignal): Promise<void> {
  await confirmBackup(caller, { ...receipt }, { signal });
}
