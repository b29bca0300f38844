import type { Chain } from "../../chain/chain.ts";
import type { Genesis } from "../../genesis/genesis.ts";
import type { RuntimeParameters } from "../../vm/interface.ts";

/** nearcore's `ProtocolConfigView`, with what the embedded chain goes by. */
export function protocolConfigView({ environment, genesis }: Chain): unknown {
  return {
    ...genesisConfigView(genesis),
    protocol_version: environment.parameters.protocolVersion,
    runtime_config: runtimeConfigView(environment.parameters),
  };
}

/** nearcore's `GenesisConfig`; what concerns other validators has nearcore's defaults. */
export function genesisConfigView(genesis: Genesis): Readonly<Record<string, unknown>> {
  return {
    protocol_version: genesis.protocolVersion,
    genesis_time: new Date(Number(genesis.timeNanos / 1_000_000n)).toISOString(),
    chain_id: genesis.chainId,
    genesis_height: Number(genesis.height),
    num_block_producer_seats: 1,
    num_block_producer_seats_per_shard: [1],
    avg_hidden_validator_seats_per_shard: [0],
    dynamic_resharding: false,
    protocol_upgrade_stake_threshold: [4, 5],
    epoch_length: genesis.epochLength,
    gas_limit: Number(genesis.gasLimit),
    min_gas_price: String(genesis.minGasPriceYocto),
    max_gas_price: String(20n * genesis.minGasPriceYocto),
    block_producer_kickout_threshold: 90,
    chunk_producer_kickout_threshold: 90,
    online_min_threshold: [9, 10],
    online_max_threshold: [99, 100],
    gas_price_adjustment_rate: [1, 100],
    transaction_validity_period: genesis.transactionValidityPeriod,
    protocol_reward_rate: [1, 10],
    max_inflation_rate: [1, 20],
    total_supply: String(genesis.totalSupplyYocto),
    num_blocks_per_year: 31_536_000,
    protocol_treasury_account: genesis.validator.accountId,
    fishermen_threshold: "10000000000000000000000000",
    minimum_stake_divisor: 10,
    minimum_stake_ratio: [1, 6_250],
    minimum_validators_per_shard: 1,
    shard_layout: { V0: { num_shards: 1, version: 0 } },
  };
}

function runtimeConfigView(parameters: RuntimeParameters): unknown {
  const { economics, wasm } = parameters;
  return {
    storage_amount_per_byte: String(economics.storageAmountPerByteYocto),
    transaction_costs: transactionCostsView(parameters),
    wasm_config: {
      ext_costs: numbers(parameters.extCosts),
      grow_mem_cost: 1,
      regular_op_cost: Number(wasm.regularOpCost),
      linear_op_base_cost: Number(wasm.linearOpBaseCost),
      linear_op_unit_cost: Number(wasm.linearOpUnitCost),
      ...parameters.features,
      limit_config: numbers(parameters.limits),
    },
    account_creation_config: {
      min_allowed_top_level_account_length: Number(economics.minAllowedTopLevelAccountLength),
      registrar_account_id: economics.registrarAccountId,
    },
    min_gas_purchase_price: String(economics.minGasPurchasePriceYocto),
    account_creation_charge: String(economics.accountCreationChargeYocto),
  };
}

function transactionCostsView(parameters: RuntimeParameters): unknown {
  const { economics } = parameters;
  const cost = (name: string) => numbers(snakeFee(parameters, name));
  return {
    action_receipt_creation_config: cost("new_action_receipt"),
    data_receipt_creation_config: {
      base_cost: cost("new_data_receipt_base"),
      cost_per_byte: cost("new_data_receipt_byte"),
    },
    action_creation_config: {
      create_account_cost: cost("create_account"),
      deploy_contract_cost: cost("deploy_contract_base"),
      deploy_contract_cost_per_byte: cost("deploy_contract_byte"),
      function_call_cost: cost("function_call_base"),
      function_call_cost_per_byte: cost("function_call_byte"),
      transfer_cost: cost("transfer"),
      stake_cost: cost("stake"),
      add_key_cost: {
        full_access_cost: cost("add_full_access_key"),
        function_call_cost: cost("add_function_call_key_base"),
        function_call_cost_per_byte: cost("add_function_call_key_byte"),
      },
      delete_key_cost: cost("delete_key"),
      delete_account_cost: cost("delete_account"),
      delegate_cost: cost("delegate"),
    },
    storage_usage_config: {
      num_bytes_account: Number(economics.storageNumBytesAccount),
      num_extra_bytes_record: Number(economics.storageNumExtraBytesRecord),
    },
    burnt_gas_reward: economics.burntGasReward.map(Number),
    pessimistic_gas_price_inflation_ratio: [1, 1],
  };
}

function snakeFee(parameters: RuntimeParameters, name: string): Record<string, bigint> {
  const fee = parameters.actionFees[name];
  if (fee === undefined) return {};
  return { send_sir: fee.sendSir, send_not_sir: fee.sendNotSir, execution: fee.execution };
}

function numbers(table: Readonly<Record<string, bigint>>): Record<string, number> {
  return Object.fromEntries(Object.entries(table).map(([name, value]) => [name, Number(value)]));
}
