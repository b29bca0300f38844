import { base58 } from "@scure/base";
import { strictJson, strictObject, strictText } from "../../sdk/src/attestation/strict-fields.ts";
import { type Ed25519KeyPair, signBytes, verifyBytes } from "../../sdk/src/crypto/keys.ts";
import { usageError } from "../operations/program-error.ts";
import { writeDurably } from "../store/durable-file.ts";
import type { Files } from "../store/files.ts";

/** A file whose text the program believes later: signed by the platform's key, since the disk is anybody's. */
export interface SignedFile {
  /** The text, or `undefined` when there is no file. Rejects with ProgramError `FILE_FORGED`; FormatError. */
  read(): Promise<string | undefined>;
  /** Resolves once it would survive a power cut. */
  write(text: string): Promise<void>;
}

/** @param use what the file is for; no other file's text stands in for it */
export function signedFile(files: Files, path: string, use: string, signing: Ed25519KeyPair): SignedFile {
  const message = (text: string) => Buffer.from(`mpc-recovery/${use}/v1\n${text}`, "utf8");
  return {
    async read() {
      const bytes = await files.read(path);
      if (bytes === undefined) return undefined;
      const fields = strictObject(strictJson(bytes, path, MAX_FILE_BYTES), path, ["text", "signature"]);
      const text = strictText(fields.text, `${path}: text`, /^/, MAX_FILE_BYTES);
      const signature = strictText(fields.signature, `${path}: signature`, SIGNATURE, 90);
      if (verifyBytes(signing.publicKey, message(text), base58.decode(signature))) return text;
      throw usageError("FILE_FORGED", `${path} isn't signed by this platform's key: put the right file back`);
    },
    async write(text) {
      const signature = base58.encode(signBytes(signing, message(text)));
      await writeDurably(files, path, Buffer.from(`${JSON.stringify({ text, signature })}\n`));
    },
  };
}

const MAX_FILE_BYTES = 4_194_304;
const SIGNATURE = /^[1-9A-HJ-NP-Za-km-z]+$/;
