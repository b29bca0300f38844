import { strictJson } from "../../sdk/src/attestation/strict-fields.ts";
import { usageError } from "../operations/program-error.ts";
import { systemFiles } from "../store/files.ts";

/** A file's bytes. Throws ProgramError when it is absent. */
export async function readWhole(path: string): Promise<Uint8Array> {
  const bytes = await systemFiles.read(path);
  if (bytes === undefined) throw usageError("FILE_MISSING", `there is no file ${path}`);
  return bytes;
}

/** A file's JSON. Throws ProgramError or FormatError. */
export async function readJsonFile(path: string): Promise<unknown> {
  return strictJson(await readWhole(path), path, MAX_JSON_BYTES);
}

const MAX_JSON_BYTES = 1_048_576;
