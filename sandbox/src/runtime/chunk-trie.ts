import { parsePublicKey } from "../transaction/public-key.ts";
import {
  type CountingTrie,
  EMPTY_TRIE,
  insertKey,
  nodesOnPath,
  nodesPassed,
  removeKey,
  type TrieNode,
} from "../trie/counting-trie.ts";
import { accessKeyKey, accountKey, contractCodeKey, contractDataKey } from "../trie/trie-keys.ts";

/**
 * The trie as the receipts of one chunk see it: as of the chunk's start, with what they change noted for its end.
 */
export interface ChunkTrie {
  /** See `ContractStorage.chargeableNodes`; 0 for keys that an earlier receipt of the chunk has changed. */
  chargeableNodes(accountId: string, key: Uint8Array): number;
  /** See `ContractStorage.nodesPassed`; none for keys that an earlier receipt of the chunk has changed. */
  nodesPassed(accountId: string, key: Uint8Array): readonly TrieNode[];
  setAccount(accountId: string, exists: boolean): void;
  setCode(accountId: string, exists: boolean): void;
  setAccessKey(accountId: string, publicKey: string, exists: boolean): void;
  /** `key` is a latin-1 string of the bytes. */
  setData(accountId: string, key: string, exists: boolean): void;
  /** Takes the noted changes over into the trie; the next chunk sees them. */
  flush(): void;
}

export function chunkTrie(): ChunkTrie {
  let root: CountingTrie = EMPTY_TRIE;
  const changes = new Map<string, boolean>();
  const note = (key: Uint8Array, exists: boolean) => changes.set(latin1(key), exists);
  return {
    chargeableNodes(accountId, key) {
      const trieKey = contractDataKey(accountId, key);
      return changes.has(latin1(trieKey)) ? 0 : nodesOnPath(root, trieKey);
    },
    nodesPassed(accountId, key) {
      const trieKey = contractDataKey(accountId, key);
      return changes.has(latin1(trieKey)) ? [] : nodesPassed(root, trieKey);
    },
    setAccount: (accountId, exists) => note(accountKey(accountId), exists),
    setCode: (accountId, exists) => note(contractCodeKey(accountId), exists),
    setAccessKey: (accountId, publicKey, exists) =>
      note(accessKeyKey(accountId, parsePublicKey(publicKey)), exists),
    setData: (accountId, key, exists) => note(contractDataKey(accountId, Buffer.from(key, "latin1")), exists),
    flush() {
      for (const [key, exists] of changes) {
        const bytes = Buffer.from(key, "latin1");
        root = exists ? insertKey(root, bytes) : removeKey(root, bytes);
      }
      changes.clear();
    },
  };
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}
