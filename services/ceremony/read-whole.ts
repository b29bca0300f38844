import { strictJson } from "../../sdk/src/attestation/strict-fields.ts";
import { usageError } from "../operations/program-error.ts";
import { readWhole as readRegular, readSecret } from "../safe-mode/files.ts";
import { hasCode } from "../store/files.ts";

/** The bytes of a regular file of at most 8 MiB. Throws ProgramError when it is absent, FormatError for others. */
export function readWhole(path: string): Uint8Array {
  return orMissing(path, () => readRegular(path, MAX_FILE_BYTES));
}

/** The same of a small file with a secret, which others may not read. */
export function readSecretText(path: string): string {
  return orMissing(path, () => Buffer.from(readSecret(path, MAX_SECRET_BYTES)).toString("latin1"));
}

/** A file's JSON. Throws ProgramError or FormatError. */
export function readJsonFile(path: string): unknown {
  return strictJson(readWhole(path), path, MAX_JSON_BYTES);
}

const MAX_FILE_BYTES = 8_388_608;
const MAX_JSON_BYTES = 1_048_576;
const MAX_SECRET_BYTES = 4_096;

function orMissing<Content>(path: string, read: () => Content): Content {
  try {
    return read();
  } catch (error) {
    if (hasCode(error, "ENOENT")) throw usageError("FILE_MISSING", `there is no file ${path}`);
    throw error;
  }
}
