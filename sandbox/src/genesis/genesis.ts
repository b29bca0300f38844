import type { StateRecord } from "./records.ts";

/** The parts of nearcore's genesis file that the embedded chain follows. */
export interface Genesis {
  readonly chainId: string;
  readonly protocolVersion: number;
  readonly height: bigint;
  readonly timeNanos: bigint;
  readonly epochLength: number;
  readonly gasLimit: bigint;
  readonly minGasPriceYocto: bigint;
  readonly totalSupplyYocto: bigint;
  readonly transactionValidityPeriod: number;
  readonly validator: Validator;
  readonly records: readonly StateRecord[];
}

export interface Validator {
  readonly accountId: string;
  readonly publicKey: string;
  readonly stakeYocto: bigint;
}

type Json = Readonly<Record<string, unknown>>;

/** Reads a genesis file's JSON. Throws with the field's name when one is missing or of another type. */
export function parseGenesis(json: unknown): Genesis {
  const file = json as Json;
  const validators = Array.isArray(file.validators) ? file.validators : [];
  const validator = validators[0] as Json | undefined;
  if (validator === undefined)
    throw new Error("genesis.json: expected one validator in 'validators', found none");
  if (!Array.isArray(file.records)) throw new Error("genesis.json: expected a list in 'records'");
  return {
    chainId: text(file, "chain_id"),
    protocolVersion: Number(integer(file, "protocol_version")),
    height: integer(file, "genesis_height"),
    timeNanos: BigInt(Date.parse(text(file, "genesis_time"))) * 1_000_000n,
    epochLength: Number(integer(file, "epoch_length")),
    gasLimit: integer(file, "gas_limit"),
    minGasPriceYocto: integer(file, "min_gas_price"),
    totalSupplyYocto: integer(file, "total_supply"),
    transactionValidityPeriod: Number(integer(file, "transaction_validity_period")),
    validator: {
      accountId: text(validator, "account_id"),
      publicKey: text(validator, "public_key"),
      stakeYocto: integer(validator, "amount"),
    },
    records: file.records as StateRecord[],
  };
}

function text(object: Json, field: string): string {
  const value = object[field];
  if (typeof value !== "string") throw new Error(`genesis.json: expected text in '${field}', found ${value}`);
  return value;
}

function integer(object: Json, field: string): bigint {
  const value = object[field];
  const isInteger = typeof value === "number" ? Number.isSafeInteger(value) : /^\d+$/.test(String(value));
  if (!isInteger) throw new Error(`genesis.json: expected a whole number in '${field}', found ${value}`);
  return BigInt(value as string | number);
}
