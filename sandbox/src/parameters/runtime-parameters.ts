import { readFileSync } from "node:fs";
import type { ActionFee, RuntimeParameters } from "../vm/interface.ts";

/** Protocol versions with a table; {@link DEFAULT_PROTOCOL_VERSION} unless asked otherwise. */
export const PROTOCOL_VERSIONS = [84, 85, 86, 87, 88] as const;

export const DEFAULT_PROTOCOL_VERSION = 86;

type NumberTable = Readonly<Record<string, number>>;

interface ParametersFile {
  readonly versions: Readonly<Record<string, VersionTable>>;
}

interface VersionTable {
  readonly nearcore_release: string;
  readonly ext_costs: NumberTable;
  readonly wasm: {
    readonly regular_op_cost: number;
    readonly linear_op_base_cost: number;
    readonly linear_op_unit_cost: number;
  };
  readonly action_fees: Readonly<
    Record<string, { readonly send_sir: number; readonly send_not_sir: number; readonly execution: number }>
  >;
  readonly limits: NumberTable;
  readonly features: Readonly<Record<string, boolean | string>>;
  readonly economics: {
    readonly storage_amount_per_byte: string;
    readonly storage_num_bytes_account: number;
    readonly storage_num_extra_bytes_record: number;
    readonly burnt_gas_reward: readonly [number, number];
    readonly min_gas_purchase_price: string | number;
    readonly account_creation_charge: string | number;
    readonly zero_balance_account_storage_limit: number;
    readonly min_allowed_top_level_account_length: number;
    readonly registrar_account_id: string;
  };
}

const parsed = new Map<number, RuntimeParameters>();

/**
 * The tables of a protocol version from `parameters.json` (read from nearcore; the file names its sources). The same
 * object is returned every time, so that it can key caches. Throws `RangeError` for a version without a table.
 */
export function runtimeParameters(protocolVersion: number = DEFAULT_PROTOCOL_VERSION): RuntimeParameters {
  const known = parsed.get(protocolVersion);
  if (known !== undefined) return known;
  const file = JSON.parse(
    readFileSync(new URL("./parameters.json", import.meta.url), "utf8"),
  ) as ParametersFile;
  const table = file.versions[String(protocolVersion)];
  if (table === undefined) {
    throw new RangeError(
      `expected a protocol version of ${PROTOCOL_VERSIONS.join(", ")}, found ${protocolVersion}`,
    );
  }
  const parameters = parseVersion(protocolVersion, table);
  parsed.set(protocolVersion, parameters);
  return parameters;
}

function parseVersion(protocolVersion: number, table: VersionTable): RuntimeParameters {
  return {
    protocolVersion,
    nearcoreRelease: table.nearcore_release,
    extCosts: bigints(table.ext_costs),
    wasm: {
      regularOpCost: BigInt(table.wasm.regular_op_cost),
      linearOpBaseCost: BigInt(table.wasm.linear_op_base_cost),
      linearOpUnitCost: BigInt(table.wasm.linear_op_unit_cost),
    },
    actionFees: Object.fromEntries(
      Object.entries(table.action_fees).map(([name, fee]): [string, ActionFee] => [
        name,
        {
          sendSir: BigInt(fee.send_sir),
          sendNotSir: BigInt(fee.send_not_sir),
          execution: BigInt(fee.execution),
        },
      ]),
    ),
    limits: bigints(table.limits),
    features: table.features,
    economics: parseEconomics(table.economics),
  };
}

function parseEconomics(table: VersionTable["economics"]): RuntimeParameters["economics"] {
  return {
    storageAmountPerByteYocto: BigInt(table.storage_amount_per_byte),
    storageNumBytesAccount: BigInt(table.storage_num_bytes_account),
    storageNumExtraBytesRecord: BigInt(table.storage_num_extra_bytes_record),
    burntGasReward: [BigInt(table.burnt_gas_reward[0]), BigInt(table.burnt_gas_reward[1])],
    minGasPurchasePriceYocto: BigInt(table.min_gas_purchase_price),
    accountCreationChargeYocto: BigInt(table.account_creation_charge),
    zeroBalanceAccountStorageLimit: BigInt(table.zero_balance_account_storage_limit),
    minAllowedTopLevelAccountLength: BigInt(table.min_allowed_top_level_account_length),
    registrarAccountId: table.registrar_account_id,
  };
}

function bigints(table: NumberTable): Record<string, bigint> {
  return Object.fromEntries(Object.entries(table).map(([name, value]) => [name, BigInt(value)]));
}
