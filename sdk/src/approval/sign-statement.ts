import { type Ed25519KeyPair, signBytes } from "../crypto/keys.ts";
import { committeePath } from "./committee.ts";
import {
  type Approval,
  type MemberSignature,
  parseStatement,
  type Statement,
  statementBytes,
} from "./statement.ts";

/**
 * One member's signature of a statement, with the member's path in the committee.
 *
 * Throws FormatError for a statement that nobody would take, or a key that isn't in the committee.
 */
export function signStatement(
  keyPair: Ed25519KeyPair,
  committee: readonly string[],
  statement: Statement,
): MemberSignature {
  const message = statementBytes(parseStatement(statement));
  const path = committeePath(committee, keyPair.publicKey);
  const signature = Buffer.from(signBytes(keyPair, message)).toString("hex");
  return { public_key: keyPair.publicKey, signature, path };
}

/** An approval file's content of the signatures that came in, in the order that counts. */
export function collectApproval(statement: Statement, signatures: readonly MemberSignature[]): Approval {
  const sorted = signatures.toSorted((a, b) => (a.public_key < b.public_key ? -1 : 1));
  return { statement, signatures: sorted };
}
