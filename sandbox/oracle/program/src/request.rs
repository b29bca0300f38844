use near_parameters::vm::Config;
use near_primitives_core::account::AccountContract;
use near_primitives_core::config::ViewConfig;
use near_primitives_core::hash::CryptoHash;
use near_primitives_core::types::{Balance, Gas};
use near_vm_runner::logic::VMContext;
use near_vm_runner::logic::types::PromiseResult;
use serde::{Deserialize, Deserializer};
use std::sync::Arc;

/// One call. Bytes are hexadecimal, numbers decimal texts, amounts in yoctoNEAR.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    pub protocol_version: u32,
    #[serde(deserialize_with = "bytes")]
    pub code: Vec<u8>,
    pub method: String,
    #[serde(deserialize_with = "pairs")]
    pub storage: Vec<(Vec<u8>, Vec<u8>)>,
    context: Context,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Context {
    current_account_id: String,
    signer_account_id: String,
    #[serde(deserialize_with = "bytes")]
    signer_public_key: Vec<u8>,
    predecessor_account_id: String,
    refund_to_account_id: String,
    #[serde(deserialize_with = "bytes")]
    input: Vec<u8>,
    #[serde(deserialize_with = "number")]
    block_height: u64,
    #[serde(deserialize_with = "number")]
    block_timestamp_nanos: u64,
    #[serde(deserialize_with = "number")]
    epoch_height: u64,
    #[serde(deserialize_with = "number")]
    account_balance_yocto: u128,
    #[serde(deserialize_with = "number")]
    account_locked_yocto: u128,
    #[serde(deserialize_with = "number")]
    storage_usage_bytes: u64,
    #[serde(deserialize_with = "number")]
    attached_deposit_yocto: u128,
    #[serde(deserialize_with = "number")]
    prepaid_gas: u64,
    #[serde(deserialize_with = "bytes")]
    random_seed: Vec<u8>,
    is_view: bool,
    output_data_receivers: Vec<String>,
    /// Hexadecimal data of a success, null for a failure.
    promise_results: Vec<Option<String>>,
}

pub fn context(request: &Request, code_hash: CryptoHash, config: &Config) -> VMContext {
    let context = &request.context;
    let max_gas_burnt = config.limit_config.max_gas_burnt;
    VMContext {
        current_account_id: account(&context.current_account_id),
        signer_account_id: account(&context.signer_account_id),
        signer_account_pk: context.signer_public_key.clone(),
        predecessor_account_id: account(&context.predecessor_account_id),
        refund_to_account_id: account(&context.refund_to_account_id),
        input: context.input.clone().into(),
        promise_results: context
            .promise_results
            .iter()
            .map(promise_result)
            .collect::<Arc<[_]>>(),
        block_height: context.block_height,
        block_timestamp: context.block_timestamp_nanos,
        epoch_height: context.epoch_height,
        account_balance: Balance::from_yoctonear(context.account_balance_yocto),
        account_locked_balance: Balance::from_yoctonear(context.account_locked_yocto),
        storage_usage: context.storage_usage_bytes,
        account_contract: AccountContract::Local(code_hash),
        attached_deposit: Balance::from_yoctonear(context.attached_deposit_yocto),
        prepaid_gas: Gas::from_gas(context.prepaid_gas),
        random_seed: context.random_seed.clone(),
        view_config: context.is_view.then_some(ViewConfig { max_gas_burnt }),
        output_data_receivers: context
            .output_data_receivers
            .iter()
            .map(|id| account(id))
            .collect(),
    }
}

fn account<T: std::str::FromStr<Err: std::fmt::Debug>>(id: &str) -> T {
    id.parse().expect("expected an account id")
}

fn promise_result(data: &Option<String>) -> PromiseResult {
    match data {
        Some(text) => PromiseResult::Successful(
            hex::decode(text)
                .expect("expected hexadecimal promise results")
                .into(),
        ),
        None => PromiseResult::Failed,
    }
}

fn bytes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    hex::decode(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
}

fn pairs<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<(Vec<u8>, Vec<u8>)>, D::Error> {
    Vec::<(String, String)>::deserialize(deserializer)?
        .into_iter()
        .map(|(key, value)| Ok((hex::decode(key)?, hex::decode(value)?)))
        .collect::<Result<_, hex::FromHexError>>()
        .map_err(serde::de::Error::custom)
}

fn number<'de, D: Deserializer<'de>, T: std::str::FromStr<Err: std::fmt::Display>>(
    deserializer: D,
) -> Result<T, D::Error> {
    String::deserialize(deserializer)?
        .parse()
        .map_err(serde::de::Error::custom)
}
