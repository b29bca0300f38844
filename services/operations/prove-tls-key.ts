import type { Ed25519Signature } from "../../contract/src/protocol/brand.ts";
import { signTlsKeyProof } from "../../sdk/src/crypto/tls-key-proof.ts";
import type { OpenedProgram } from "./open-program.ts";

/** The program's TLS key's proof that it belongs to the account, in this role, together with the NEAR key. */
export function proveTlsKey(program: OpenedProgram, role: "node" | "backup_service"): Ed25519Signature {
  const { owner, tlsKey, caller } = program;
  return signTlsKeyProof(tlsKey, {
    networkId: owner.network,
    contractId: owner.contract,
    accountId: owner.account,
    role,
    signerKey: caller.signerKey,
  });
}
