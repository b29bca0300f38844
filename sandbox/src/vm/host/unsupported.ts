import { HostError } from "../host-error.ts";
import type { HostFunction, HostFunctionTable } from "./definition.ts";

type Signature = readonly [params: string, result: HostFunction["result"], feature: string | null];

const BY_REGISTER: Signature = ["lll", "l", null];

/** Host functions of nearcore that the embedded chain links but refuses by name when called. */
const SIGNATURES: Readonly<Record<string, Signature>> = {
  alt_bn128_g1_multiexp: ["lll", "", null],
  alt_bn128_g1_sum: ["lll", "", null],
  alt_bn128_pairing_check: ["ll", "l", null],
  bls12381_p1_sum: BY_REGISTER,
  bls12381_p2_sum: BY_REGISTER,
  bls12381_g1_multiexp: BY_REGISTER,
  bls12381_g2_multiexp: BY_REGISTER,
  bls12381_map_fp_to_g1: BY_REGISTER,
  bls12381_map_fp2_to_g2: BY_REGISTER,
  bls12381_pairing_check: ["ll", "l", null],
  bls12381_p1_decompress: BY_REGISTER,
  bls12381_p2_decompress: BY_REGISTER,
  ml_dsa_verify: ["llllll", "l", "ml_dsa_verify_host_fn"],
  promise_batch_action_state_init: ["llll", "l", null],
  promise_batch_action_state_init_by_account_id: ["llll", "l", null],
  set_state_init_data_entry: ["llllll", "", null],
  universal_state_init_to_account_id: ["lll", "l", "universal_accounts"],
  promise_batch_action_universal_state_init: ["llll", "", "universal_accounts"],
  promise_batch_action_deploy_global_contract: ["lll", "", "global_contract_host_fns"],
  promise_batch_action_deploy_global_contract_by_account_id: ["lll", "", "global_contract_host_fns"],
  promise_batch_action_use_global_contract: ["lll", "", "global_contract_host_fns"],
  promise_batch_action_use_global_contract_by_account_id: ["lll", "", "global_contract_host_fns"],
  promise_batch_action_transfer_to_gas_key: ["llll", "", "gas_key_host_fns"],
  promise_batch_action_add_gas_key_with_full_access: ["llll", "", "gas_key_host_fns"],
  promise_batch_action_add_gas_key_with_function_call: ["lllllllll", "", "gas_key_host_fns"],
};

/** Name of the error that unsupported functions end with; not one of nearcore's. */
export const NOT_SUPPORTED = "NotSupportedByEmbeddedChain";

export const unsupportedFunctions: HostFunctionTable = Object.fromEntries(
  Object.entries(SIGNATURES).map(([name, [params, result, feature]]): [string, HostFunction] => [
    name,
    {
      params,
      result,
      feature,
      run: () => {
        throw new HostError(NOT_SUPPORTED, { method_name: name });
      },
    },
  ]),
);
