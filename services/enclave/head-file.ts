import { base58 } from "@scure/base";
import { strictJson, strictObject, strictText } from "../../sdk/src/attestation/strict-fields.ts";
import { type Ed25519KeyPair, signBytes, verifyBytes } from "../../sdk/src/crypto/keys.ts";
import type { LightHead } from "../../sdk/src/lightclient/light-head.ts";
import { formatHead, parseHead } from "../../sdk/src/lightclient/stored-head.ts";
import { usageError } from "../operations/program-error.ts";
import { writeDurably } from "../store/durable-file.ts";
import type { Files } from "../store/files.ts";

/** The newest block that the program believes; kept over restarts, so that it never follows the chain anew. */
export interface HeadFile {
  current(): LightHead;
  /** Keeps the head if it is newer. Resolves once it would survive a power cut. */
  advance(head: LightHead): Promise<void>;
}

/**
 * Opens the file, signed by the platform's key since a head is believed as it stands; starts from the image's head
 * where there is no newer one. An old copy of the file does no harm: the head follows the chain again.
 *
 * @throws ProgramError `HEAD_FILE_FORGED`; FormatError, LightClientError
 */
export async function openHeadFile(
  files: Files,
  path: string,
  pinned: LightHead,
  signing: Ed25519KeyPair,
): Promise<HeadFile> {
  const bytes = await files.read(path);
  const stored = bytes === undefined ? pinned : readHead(bytes, path, signing);
  let head = stored.height > pinned.height ? stored : pinned;
  return {
    current: () => head,
    async advance(next) {
      if (next.height <= head.height) return;
      await writeDurably(files, path, headBytes(next, signing));
      head = next;
    },
  };
}

const MAX_FILE_BYTES = 1_048_576;

function headBytes(head: LightHead, signing: Ed25519KeyPair): Uint8Array {
  const text = formatHead(head);
  const signature = base58.encode(signBytes(signing, message(text)));
  return Buffer.from(`${JSON.stringify({ head: text, signature })}\n`);
}

function readHead(bytes: Uint8Array, path: string, signing: Ed25519KeyPair): LightHead {
  const fields = strictObject(strictJson(bytes, path, MAX_FILE_BYTES), path, ["head", "signature"]);
  const text = strictText(fields.head, `${path}: head`, /^\{/, MAX_FILE_BYTES);
  const signature = strictText(fields.signature, `${path}: signature`, /^[1-9A-HJ-NP-Za-km-z]+$/, 90);
  if (verifyBytes(signing.publicKey, message(text), base58.decode(signature))) return parseHead(text);
  throw usageError("HEAD_FILE_FORGED", `${path} isn't signed by this platform's key: remove it`);
}

function message(text: string): Uint8Array {
  return Buffer.from(`mpc-recovery/light-head/v1\n${text}`, "utf8");
}
