import {
  concludeRecovery,
  submitParticipantInfo,
  submitParticipantRecoveryInfo,
} from "../../../sdk/src/actions/calls.ts";
import type { OpenedProgram } from "../../operations/open-program.ts";
import { proveTlsKey } from "../../operations/prove-tls-key.ts";
import type { CallAsNode } from "../ports.ts";

/** Calls the contract with the node's function-call key, which can attach no deposit. */
export function callAsNode(program: OpenedProgram): CallAsNode {
  const { caller } = program;
  const proof = () => proveTlsKey(program, "node");
  return {
    async submitParticipantInfo(participant_info, signal) {
      await submitParticipantInfo(caller, { participant_info, tls_key_proof: proof() }, { signal });
    },
    async submitRecoveryInfo(participant_info, signal) {
      await submitParticipantRecoveryInfo(caller, { participant_info, tls_key_proof: proof() }, { signal });
    },
    async concludeRecovery(recovery_id, keyset, signal) {
      await concludeRecovery(caller, { keyset, recovery_id }, { signal });
    },
  };
}
