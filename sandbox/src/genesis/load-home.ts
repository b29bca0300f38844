import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ed25519Signer } from "../transaction/signature.ts";
import { type Genesis, parseGenesis } from "./genesis.ts";

export interface HomeConfig {
  readonly genesis: Genesis;
  readonly nodePublicKey: string;
  /** 64-byte ed25519 signature by the validator key. */
  readonly signAsValidator: (message: Uint8Array) => Uint8Array;
  /** Delay between blocks when nothing happens. */
  readonly blockDelayMs: number;
  readonly meanBlockDelayNanos: bigint;
  /** Longest request body in bytes. */
  readonly maxBodyBytes: number;
}

interface Delay {
  readonly secs?: number;
  readonly nanos?: number;
}

const DEFAULT_MAX_BODY_BYTES = 10 * 1024 * 1024;
/** Some clients ask for 1 GiB, more than one text can hold. */
const LARGEST_BODY_BYTES = 256 * 1024 * 1024;

const DEFAULT_MIN: Delay = { secs: 0, nanos: 600_000_000 };
const DEFAULT_MAX: Delay = { secs: 2, nanos: 0 };

/** Reads what `init` wrote, with whatever clients changed in it since. Throws with the file's name. */
export function loadHome(home: string): HomeConfig {
  const config = readJson(home, "config.json") as {
    readonly consensus?: {
      readonly min_block_production_delay?: Delay;
      readonly max_block_production_delay?: Delay;
    };
    readonly rpc?: { readonly limits_config?: { readonly json_payload_max_size?: number } };
  };
  const nodeKey = readJson(home, "node_key.json") as { readonly public_key: string };
  const genesis = parseGenesis(readJson(home, "genesis.json"));
  const min = nanos(config.consensus?.min_block_production_delay ?? DEFAULT_MIN);
  const max = nanos(config.consensus?.max_block_production_delay ?? DEFAULT_MAX);
  const bodyBytes = config.rpc?.limits_config?.json_payload_max_size ?? DEFAULT_MAX_BODY_BYTES;
  return {
    genesis,
    nodePublicKey: nodeKey.public_key,
    signAsValidator: validatorSigner(home, genesis.validator.publicKey),
    blockDelayMs: Math.max(1, Number(min / 1_000_000n)),
    meanBlockDelayNanos: (min + max) / 2n,
    maxBodyBytes: Math.min(bodyBytes, LARGEST_BODY_BYTES),
  };
}

function validatorSigner(home: string, expectedKey: string): HomeConfig["signAsValidator"] {
  const key = readJson(home, "validator_key.json") as {
    readonly public_key: string;
    readonly secret_key: string;
  };
  if (key.public_key === expectedKey) return ed25519Signer(key.secret_key);
  throw new Error(
    `${join(home, "validator_key.json")}: expected ${expectedKey}, the first validator in genesis.json, found ${key.public_key}`,
  );
}

function nanos({ nanos: rest = 0, secs = 0 }: Delay): bigint {
  return BigInt(secs) * 1_000_000_000n + BigInt(rest);
}

function readJson(home: string, file: string): unknown {
  const path = join(home, file);
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new Error(`${path}: ${(error as Error).message}; run 'near-sandbox --home ${home} init' first`);
  }
}
