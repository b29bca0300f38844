import { resolve } from "node:path";
import { ACCOUNT_ID, PORT } from "../operations/common-config.ts";
import type { ConfigFields } from "../operations/config-fields.ts";

/** What an operator decides about one machine. Nothing here is trusted: what is, stands in the image. */
export interface EnclaveConfig {
  readonly image_file: string;
  /** Pays for calls; the program's attested account. */
  readonly account_id: string;
  readonly rpc_urls: readonly string[];
  /** Where a successor asks for the seed. */
  readonly listen: { readonly host: string; readonly port: number };
  /** Loopback port of the service and its status; 0 takes a free one. */
  readonly local_port: number;
  readonly poll_interval_millis: number;
  readonly near_key_file: string;
  readonly tls_key_file: string;
  /** The x25519 key to seal to, as `ceremony share-key` makes it. */
  readonly seal_key_file: string;
  readonly data_folder: string;
  /** What the platform gives the program; here all of it is files, for development. */
  readonly platform: {
    /** Key that signs development evidence. */
    readonly evidence_key_file: string;
    readonly measurement: string;
    /** 64 hex digits. */
    readonly sealing_key_file: string;
  };
}

const PATH = /^[^\0]{1,4096}$/;
const URL = /^https?:\/\/[^\s"<>\\^`{|}]{1,250}$/;
const HOST = /^[\w.:-]{1,255}$/;

/** Reads the config; paths are relative to its folder. */
export function readEnclaveConfig(fields: ConfigFields, folder: string): EnclaveConfig {
  const listen = fields.section("listen");
  const platform = fields.section("platform");
  const path = (from: ConfigFields, name: string) => resolve(folder, from.text(name, PATH, "a path"));
  return {
    image_file: path(fields, "image_file"),
    account_id: fields.text("account_id", ACCOUNT_ID, "a NEAR account id"),
    rpc_urls: fields.texts("rpc_urls", URL, "URLs http(s)://…"),
    listen: {
      host: listen.text("host", HOST, "a host name or address"),
      port: listen.integer("port", PORT.min, PORT.max),
    },
    local_port: fields.integer("local_port", PORT.min, PORT.max),
    poll_interval_millis: fields.integer("poll_interval_millis", 50, 3_600_000),
    near_key_file: path(fields, "near_key_file"),
    tls_key_file: path(fields, "tls_key_file"),
    seal_key_file: path(fields, "seal_key_file"),
    data_folder: path(fields, "data_folder"),
    platform: {
      evidence_key_file: path(platform, "evidence_key_file"),
      measurement: platform.text("measurement", /^[0-9a-f]{64}$/, "64 hex digits"),
      sealing_key_file: path(platform, "sealing_key_file"),
    },
  };
}

/** What `init` was told. */
export interface EnclaveInit {
  readonly imageFile: string;
  readonly accountId: string;
  readonly rpcUrl: readonly string[];
  readonly listenPort: number;
  readonly localPort: number;
  readonly pollIntervalMillis: number;
  readonly evidenceKey: string;
  readonly measurement: string;
}

/** The config file that `init` writes. */
export function enclaveConfigText(init: EnclaveInit): string {
  const text = JSON.stringify;
  return `// Config of the example enclave. Lines that start with // are comments; paths are relative to this file.
{
  "image_file": ${text(resolve(init.imageFile))},
  "account_id": ${text(init.accountId)},
  "rpc_urls": ${text(init.rpcUrl)},
  // Where a successor asks for the seed.
  "listen": { "host": "127.0.0.1", "port": ${text(init.listenPort)} },
  // Port of POST /sign and GET /status on 127.0.0.1; 0 takes a free one.
  "local_port": ${text(init.localPort)},
  "poll_interval_millis": ${text(init.pollIntervalMillis)},
  "near_key_file": "keys/near-key.json",
  "tls_key_file": "keys/tls-key.json",
  "seal_key_file": "keys/seal-key.json",
  "data_folder": "data",
  // INSECURE-DEV: a real platform signs the evidence and keeps the sealing key.
  "platform": {
    "evidence_key_file": ${text(resolve(init.evidenceKey))},
    "measurement": ${text(init.measurement)},
    "sealing_key_file": "keys/sealing-key"
  }
}
`;
}
