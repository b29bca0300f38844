import { actions, PublicKey } from "near-api-js";
import { BACKUP_SERVICE_METHODS, NODE_METHODS } from "../../../contract/src/interface/methods.ts";
import { signerKey } from "../crypto/key-texts.ts";

/** The two programs that an operator gives function-call access keys to. */
export type Role = "node" | "backup_service";

/** What a new access key may do. */
export interface AccessKeyGrant {
  readonly contractId: string;
  readonly role: Role;
  /** `ed25519:…`; the contract refuses other kinds. */
  readonly publicKey: string;
  /** How much the key may spend on gas in all. Left out: as much as the account has. */
  readonly allowanceYocto?: bigint;
}

/** The methods that a role's access key needs, and nothing more; the same list that the contract shows. */
export function roleMethods(role: Role): readonly string[] {
  switch (role) {
    case "node":
      return NODE_METHODS;
    case "backup_service":
      return BACKUP_SERVICE_METHODS;
  }
}

/**
 * The near-api-js action that adds a role's access key; the account signs it with its full-access key.
 *
 * Throws KeyError when the public key isn't ed25519.
 */
export function addRoleKeyAction(grant: AccessKeyGrant) {
  const key = PublicKey.from(signerKey(grant.publicKey));
  return actions.addFunctionCallAccessKey(
    key,
    grant.contractId,
    [...roleMethods(grant.role)],
    grant.allowanceYocto,
  );
}
