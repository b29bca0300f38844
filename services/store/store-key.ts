import { createHash, randomBytes } from "node:crypto";
import { createDurably } from "./durable-file.ts";
import { type Files, hasCode } from "./files.ts";

/** The 32-byte key under which a program seals what it stores, with the short name that sealed files carry. */
export interface StoreKey {
  readonly bytes: Uint8Array;
  /** 16 hex characters derived from the key; tells a wrong key from a damaged file. */
  readonly id: string;
}

/** Thrown for a key file that is missing, unreadable or not a store key; `message` is for an operator. */
export class StoreKeyUnusable extends Error {
  override readonly name = "StoreKeyUnusable";
  readonly code = "STORE_KEY_UNUSABLE";
}

const FILE_KIND = "mpc-recovery-store-key-v1";
const KEY_BYTES = 32;

/**
 * Makes a random store key in a new file of mode 0600.
 *
 * @returns `"exists"`, with nothing changed, when the file is there already
 */
export async function createStoreKeyFile(files: Files, path: string): Promise<"created" | "exists"> {
  if ((await files.read(path)) !== undefined) return "exists";
  const key = randomBytes(KEY_BYTES).toString("base64");
  return createDurably(files, path, Buffer.from(`${JSON.stringify({ kind: FILE_KIND, key })}\n`));
}

/** @throws StoreKeyUnusable saying what was expected and what was found, never the contents */
export async function readStoreKeyFile(files: Files, path: string): Promise<StoreKey> {
  const bytes = await files.read(path).catch((error: unknown) => {
    const why = hasCode(error, "EISDIR") ? "is a folder" : `can't be read (${(error as Error).message})`;
    throw new StoreKeyUnusable(`store key file ${path} ${why}; expected a file made by \`init\``);
  });
  if (bytes === undefined) {
    throw new StoreKeyUnusable(
      `store key file ${path} doesn't exist; make it with \`init\` or correct the path`,
    );
  }
  const key = parseKeyFile(bytes);
  if (key === undefined) {
    throw new StoreKeyUnusable(
      `store key file ${path} is damaged: expected {"kind":"${FILE_KIND}","key":"<32 bytes as base64>"}`,
    );
  }
  return storeKeyFromBytes(key);
}

/** @throws StoreKeyUnusable unless there are exactly 32 bytes */
export function storeKeyFromBytes(bytes: Uint8Array): StoreKey {
  if (bytes.length !== KEY_BYTES) {
    throw new StoreKeyUnusable(`a store key has ${KEY_BYTES} bytes, found ${bytes.length}`);
  }
  const id = createHash("sha256")
    .update("mpc-recovery/store-key-id/v1")
    .update(bytes)
    .digest("hex")
    .slice(0, 16);
  return { bytes, id };
}

function parseKeyFile(bytes: Uint8Array): Uint8Array | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString("utf8"));
    if (typeof value !== "object" || value === null) return undefined;
    if (!("kind" in value) || value.kind !== FILE_KIND) return undefined;
    if (!("key" in value) || typeof value.key !== "string") return undefined;
    const key = Buffer.from(value.key, "base64");
    return key.length === KEY_BYTES && key.toString("base64") === value.key ? new Uint8Array(key) : undefined;
  } catch {
    return undefined;
  }
}
