/** Keys of nearcore's state trie (core/primitives/src/trie_key.rs): a column byte, then what the column is about. */
const COLUMN = { account: 0, contractCode: 1, accessKey: 2, contractData: 9 } as const;
const DATA_SEPARATOR = ",";

/** The account itself: balances, code hash, storage usage. */
export function accountKey(accountId: string): Uint8Array {
  return join([COLUMN.account], text(accountId));
}

export function contractCodeKey(accountId: string): Uint8Array {
  return join([COLUMN.contractCode], text(accountId));
}

/** `publicKey` is in Borsh: a byte of kind, then the key's bytes. */
export function accessKeyKey(accountId: string, publicKey: Uint8Array): Uint8Array {
  return join([COLUMN.accessKey], text(accountId), [COLUMN.accessKey], publicKey);
}

/** One record of a contract's storage. */
export function contractDataKey(accountId: string, key: Uint8Array): Uint8Array {
  return join([COLUMN.contractData], text(accountId + DATA_SEPARATOR), key);
}

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

function join(...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}
