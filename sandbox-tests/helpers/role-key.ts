import { type AccessKey, KeyPair, type NearAccount } from "near-workspaces";

/** A fresh function-call key of the account, limited to these methods of the contract. */
export async function addRoleKey(
  account: NearAccount,
  contractId: string,
  methodNames: readonly string[],
): Promise<KeyPair> {
  const keyPair = KeyPair.fromRandom("ed25519");
  const functionCall = { receiverId: contractId, methodNames: [...methodNames], allowance: 10n ** 24n };
  const accessKey = { nonce: 0n, permission: { functionCall } } as unknown as AccessKey;
  const outcome = await account.batch(account).addKey(keyPair.getPublicKey(), accessKey).transact();
  if (outcome.failed)
    throw new Error(`adding a key to ${account.accountId}: ${JSON.stringify(outcome.Failure)}`);
  return keyPair;
}
