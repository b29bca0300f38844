import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { type ConfigFields, configFields } from "./config-fields.ts";
import { ConfigInvalid, parseConfigJson } from "./config-json.ts";
import { type ProgramError, usageError } from "./program-error.ts";

/** What both programs are told. Paths are absolute after reading; in the file they are relative to it. */
export interface CommonConfig {
  readonly network_id: string;
  readonly contract_id: string;
  readonly account_id: string;
  readonly rpc: {
    readonly urls: readonly string[];
    /** The operator's word that the (single) endpoint is their own NEAR node, so that its answers count as proven. */
    readonly own_node: boolean;
  };
  /** Key files may stand among the credentials that systemd hands to a unit: `credentials:<name>`. */
  readonly near_key_file: string;
  readonly tls_key_file: string;
  readonly store_key_file: string;
  readonly data_folder: string;
  /** Port of the loopback HTTP server with health, metrics and status. */
  readonly local_port: number;
  readonly poll_interval_millis: number;
  /** How keyshares travel between node and backup service: 1 pinned TLS, 2 signed web requests. The same for both. */
  readonly transport: TransportVersion;
}

export type TransportVersion = 1 | 2;

/** Bounds of a port in a config; 0 takes a free one. */
export const PORT = { min: 0, max: 65_535 } as const;
export const ACCOUNT_ID = /^(?=.{2,64}$)(([a-z\d]+[-_])*[a-z\d]+\.)*([a-z\d]+[-_])*[a-z\d]+$/;
const WORD = /^[\w.-]{1,64}$/;
const HTTP_URL = /^https?:\/\/[^\s"<>\\^`{|}]{1,250}$/;
const PATH = /^[^\0]{1,4096}$/;
const CREDENTIAL = /^credentials:[\w.-]{1,255}$/;

/** The fields that both programs share; the caller reads its own from the same `fields` and then calls `end`. */
export function readCommonFields(fields: ConfigFields, folder: string): CommonConfig {
  const rpc = fields.section("rpc");
  const path = (name: string, otherwise: string) =>
    resolve(folder, fields.textOr(name, PATH, "a path", otherwise));
  const keyFile = (name: string, otherwise: string) =>
    keyFilePath(folder, fields.textOr(name, KEY_FILE, KEY_FILE_SHAPE, otherwise));
  return {
    network_id: fields.text("network_id", WORD, "a network's name, for instance testnet"),
    contract_id: fields.text("contract_id", ACCOUNT_ID, "a NEAR account id"),
    account_id: fields.text("account_id", ACCOUNT_ID, "a NEAR account id"),
    rpc: {
      urls: rpc.texts("urls", HTTP_URL, "URLs http(s)://…"),
      own_node: rpc.flagOr("own_node", false),
    },
    near_key_file: keyFile("near_key_file", "keys/near-key.json"),
    tls_key_file: keyFile("tls_key_file", "keys/tls-key.json"),
    store_key_file: keyFile("store_key_file", "store-key.json"),
    data_folder: path("data_folder", "data"),
    local_port: fields.integerOr("local_port", PORT.min, PORT.max, 0),
    poll_interval_millis: fields.integerOr("poll_interval_millis", 50, 3_600_000, 5_000),
    transport: fields.integerOr("transport", 1, 2, 1) === 2 ? 2 : 1,
  };
}

const KEY_FILE_SHAPE = "a path, or credentials:<name> in a systemd unit that loads this credential";

const KEY_FILE = {
  test: (text: string) =>
    text.startsWith("credentials:")
      ? CREDENTIAL.test(text) && process.env.CREDENTIALS_DIRECTORY !== undefined
      : PATH.test(text),
};

function keyFilePath(folder: string, text: string): string {
  const [, name] = text.split("credentials:");
  return name === undefined
    ? resolve(folder, text)
    : resolve(process.env.CREDENTIALS_DIRECTORY ?? folder, name);
}

/**
 * Reads and checks a config file.
 *
 * @throws ProgramError of exit code 2: `CONFIG_MISSING`, `CONFIG_UNREADABLE`, or `CONFIG_INVALID` as `path:line: …`
 */
export async function readConfigFile<Config>(
  path: string,
  read: (fields: ConfigFields, folder: string) => Config,
): Promise<Config> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw unreadableConfig(path, error);
  });
  try {
    return readConfigText(text, read, dirname(resolve(path)));
  } catch (error) {
    if (!(error instanceof ConfigInvalid)) throw error;
    throw usageError("CONFIG_INVALID", `${path}:${error.line}: ${error.message}`, error);
  }
}

/**
 * Checks the config that `init` is about to write.
 *
 * @throws ProgramError `OPTION_INVALID` of exit code 2, naming the field
 */
export function checkConfigText<Config>(
  text: string,
  read: (fields: ConfigFields, folder: string) => Config,
): void {
  try {
    readConfigText(text, read, "/");
  } catch (error) {
    if (!(error instanceof ConfigInvalid)) throw error;
    throw usageError("OPTION_INVALID", `the option for ${error.message}`, error);
  }
}

function readConfigText<Config>(
  text: string,
  read: (fields: ConfigFields, folder: string) => Config,
  folder: string,
): Config {
  const fields = configFields(parseConfigJson(text));
  const config = read(fields, folder);
  fields.end();
  return config;
}

function unreadableConfig(path: string, error: NodeJS.ErrnoException): ProgramError {
  if (error.code === "ENOENT") {
    return usageError(
      "CONFIG_MISSING",
      `config file ${path} doesn't exist; make one with \`init\` or correct --config`,
    );
  }
  return usageError("CONFIG_UNREADABLE", `config file ${path} can't be read: ${error.message}`, error);
}
