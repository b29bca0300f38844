import { randomBytes } from "node:crypto";
import { strictHex, strictJson, strictObject } from "../../sdk/src/attestation/strict-fields.ts";
import { type KxKeyPair, kxKeyPairFromSeed } from "../../sdk/src/crypto/kx.ts";
import { usageError } from "../operations/program-error.ts";
import { createDurably } from "../store/durable-file.ts";
import type { Files } from "../store/files.ts";

/** Makes the x25519 key that shares are sealed to, in a new file of mode 0600. Throws ProgramError when it exists. */
export async function createShareKeyFile(files: Files, path: string): Promise<string> {
  const seed = randomBytes(32);
  const { publicKey } = kxKeyPairFromSeed(seed);
  const text = `${JSON.stringify({ kind: FILE_KIND, public_key: publicKey, seed: seed.toString("hex") })}\n`;
  if ((await createDurably(files, path, Buffer.from(text))) === "exists") {
    throw usageError(
      "SHARE_KEY_EXISTS",
      `there is already something at ${path}; key files are never overwritten`,
    );
  }
  return publicKey;
}

/** Reads the file. Throws ProgramError or FormatError, which never quote it. */
export async function readShareKeyFile(files: Files, path: string): Promise<KxKeyPair> {
  const bytes = await files.read(path);
  if (bytes === undefined) throw usageError("SHARE_KEY_MISSING", `there is no share key file at ${path}`);
  const fields = strictObject(strictJson(bytes, path, 4_096), path, ["kind", "public_key", "seed"]);
  const keyPair = kxKeyPairFromSeed(strictHex(fields.seed, `${path}: seed`, 32, 32));
  if (fields.kind !== FILE_KIND || fields.public_key !== keyPair.publicKey) {
    throw usageError(
      "SHARE_KEY_BROKEN",
      `${path} isn't a share key file, or its halves don't belong together`,
    );
  }
  return keyPair;
}

const FILE_KIND = "mpc-recovery-share-key-v1";
