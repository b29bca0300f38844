import { mkdir, rename, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { createKeyFile, type KeyFile, readKeyFile } from "../../sdk/src/crypto/key-files.ts";
import { generateEd25519KeyPair } from "../../sdk/src/crypto/keys.ts";
import { createDurably } from "../store/durable-file.ts";
import { type Files, systemFiles } from "../store/files.ts";
import { createStoreKeyFile } from "../store/store-key.ts";
import type { CommonConfig } from "./common-config.ts";
import { codeOf, type ProgramError, usageError } from "./program-error.ts";

/** The public halves of a program's keys, for the operator to register. */
export interface PublicKeys {
  readonly near_public_key: string;
  readonly tls_public_key: string;
}

/**
 * Makes a program's folder: keys, store key, and last of all the config, so that an interrupted `init` can simply be
 * repeated. Nothing that exists is overwritten.
 *
 * @throws ProgramError `FOLDER_IN_USE` (exit code 2) when the folder has a config already
 */
export async function createProgramFolder(
  files: Files,
  folder: string,
  accountId: string,
  configText: string,
): Promise<PublicKeys & { readonly config_file: string }> {
  const config_file = resolve(folder, "config.json");
  if (await exists(config_file)) throw inUse(config_file);
  const keys = join(folder, "keys");
  await mkdir(keys, { recursive: true, mode: 0o700 });
  const near = await ensureKeyFile(join(keys, "near-key.json"), accountId);
  const tls = await ensureKeyFile(join(keys, "tls-key.json"), undefined);
  await createStoreKeyFile(files, join(folder, "store-key.json"));
  if ((await createDurably(files, config_file, Buffer.from(configText))) === "exists")
    throw inUse(config_file);
  return { near_public_key: near.keyPair.publicKey, tls_public_key: tls.keyPair.publicKey, config_file };
}

function inUse(configFile: string): ProgramError {
  return usageError(
    "FOLDER_IN_USE",
    `${configFile} exists already; nothing was changed: choose another --folder`,
  );
}

/**
 * Puts new NEAR and TLS keys in place of the present ones, which are kept beside them as `….retired-<n>`. Can be
 * repeated when interrupted; until it is done, `requireNoHalfDoneReplacement` keeps the program from running.
 */
export async function replaceKeys(config: CommonConfig): Promise<PublicKeys> {
  const near = await ensureKeyFile(pending(config.near_key_file), config.account_id);
  const tls = await ensureKeyFile(pending(config.tls_key_file), undefined);
  for (const path of [config.near_key_file, config.tls_key_file]) {
    if (await exists(path)) await rename(path, await freeName(`${path}.retired-`));
    await rename(pending(path), path);
    await systemFiles.sync(dirname(path));
  }
  return { near_public_key: near.keyPair.publicKey, tls_public_key: tls.keyPair.publicKey };
}

/** @throws ProgramError `REACTIVATION_UNFINISHED` (exit code 2) when new and old keys may be mixed */
export async function requireNoHalfDoneReplacement(config: CommonConfig): Promise<void> {
  for (const path of [config.near_key_file, config.tls_key_file]) {
    if (!(await exists(pending(path)))) continue;
    throw usageError(
      "REACTIVATION_UNFINISHED",
      "`reactivate` was interrupted: run it again before anything else",
    );
  }
}

function pending(path: string): string {
  return `${path}.new`;
}

async function ensureKeyFile(path: string, accountId: string | undefined): Promise<KeyFile> {
  const content: KeyFile = {
    ...(accountId === undefined ? {} : { accountId }),
    keyPair: generateEd25519KeyPair(),
  };
  try {
    await createKeyFile(path, content);
    return content;
  } catch (error) {
    if (codeOf(error) === "KEY_FILE_EXISTS") return readKeyFile(path);
    throw error;
  }
}

async function freeName(prefix: string): Promise<string> {
  for (let number = 1; ; number += 1) {
    if (!(await exists(`${prefix}${number}`))) return `${prefix}${number}`;
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: unknown) => {
      if (codeOf(error) === "ENOENT") return false;
      throw error;
    },
  );
}
