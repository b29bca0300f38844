import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ed25519 } from "@noble/curves/ed25519.js";
import { base58 } from "@scure/base";
import { NO_CODE_HASH } from "../runtime/state.ts";

export interface InitOptions {
  readonly home: string;
  readonly accountId: string;
  readonly chainId: string | null;
  readonly protocolVersion: number;
  /** `--fast`: shorter epochs and blocks. */
  readonly pace: "normal" | "fast";
  /** `--test-seed`: keys come from the seed instead of chance. */
  readonly testSeed: string | null;
}

interface KeyFile {
  readonly account_id: string;
  readonly public_key: string;
  readonly secret_key: string;
}

/** nearcore's defaults: delays between blocks in milliseconds, epochs in blocks. */
const PACES = {
  normal: { epochLength: 500, minDelayMs: 600, maxDelayMs: 2_000 },
  fast: { epochLength: 60, minDelayMs: 120, maxDelayMs: 500 },
} as const;

const INITIAL_BALANCE_YOCTO = 10n ** 33n;
const VALIDATOR_STAKE_YOCTO = 5n * 10n ** 31n;

/**
 * Writes `validator_key.json`, `node_key.json`, `genesis.json` and `config.json` into the home directory as
 * `neard init` does; keys and a genesis that are there already are kept.
 */
export function initHome(options: InitOptions): void {
  mkdirSync(options.home, { recursive: true });
  const validator = keptOrNewKey(options, "validator_key.json", options.accountId);
  keptOrNewKey(options, "node_key.json", "node");
  const genesisPath = join(options.home, "genesis.json");
  if (!existsSync(genesisPath)) writeJson(genesisPath, genesisJson(options, validator));
  writeJson(join(options.home, "config.json"), configJson(options));
}

function keptOrNewKey({ home, testSeed }: InitOptions, file: string, accountId: string): KeyFile {
  const path = join(home, file);
  if (existsSync(path)) return JSON.parse(readFileSync(path, "utf8")) as KeyFile;
  const seed = testSeed === null ? randomBytes(32) : seedBytes(`${file}:${testSeed}`);
  const publicKey = ed25519.getPublicKey(seed);
  const key: KeyFile = {
    account_id: accountId,
    public_key: `ed25519:${base58.encode(publicKey)}`,
    secret_key: `ed25519:${base58.encode(Buffer.concat([seed, publicKey]))}`,
  };
  writeJson(path, key);
  return key;
}

function seedBytes(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}

function genesisJson(options: InitOptions, validator: KeyFile): unknown {
  const { account_id: accountId, public_key: publicKey } = validator;
  const stake = String(VALIDATOR_STAKE_YOCTO);
  return {
    protocol_version: options.protocolVersion,
    genesis_time: new Date().toISOString(),
    chain_id: options.chainId ?? `test-chain-${base58.encode(randomBytes(4)).slice(0, 5)}`,
    genesis_height: 0,
    epoch_length: PACES[options.pace].epochLength,
    gas_limit: 1_000_000_000_000_000,
    min_gas_price: "100000000",
    max_gas_price: "10000000000000000000000",
    transaction_validity_period: 86_400,
    total_supply: String(2n * INITIAL_BALANCE_YOCTO + VALIDATOR_STAKE_YOCTO),
    validators: [{ account_id: accountId, public_key: publicKey, amount: stake }],
    records: [...accountRecords(accountId, publicKey, stake), ...accountRecords("near", publicKey, "0")],
  };
}

function accountRecords(accountId: string, publicKey: string, locked: string): unknown[] {
  const account = {
    amount: String(INITIAL_BALANCE_YOCTO),
    locked,
    code_hash: NO_CODE_HASH,
    storage_usage: 0,
    version: "V1",
  };
  return [
    { Account: { account_id: accountId, account } },
    {
      AccessKey: {
        account_id: accountId,
        public_key: publicKey,
        access_key: { nonce: 0, permission: "FullAccess" },
      },
    },
  ];
}

function configJson({ pace }: InitOptions): unknown {
  const { maxDelayMs, minDelayMs } = PACES[pace];
  return {
    genesis_file: "genesis.json",
    validator_key_file: "validator_key.json",
    node_key_file: "node_key.json",
    rpc: { addr: "0.0.0.0:3030", limits_config: { json_payload_max_size: 10_485_760 } },
    consensus: {
      min_block_production_delay: delayJson(minDelayMs),
      max_block_production_delay: delayJson(maxDelayMs),
    },
    store: { max_open_files: 10_000 },
  };
}

function delayJson(milliseconds: number): unknown {
  return { secs: Math.floor(milliseconds / 1000), nanos: (milliseconds % 1000) * 1_000_000 };
}

function writeJson(path: string, value: unknown): void {
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
}
