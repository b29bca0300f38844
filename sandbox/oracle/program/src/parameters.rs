use near_parameters::parameter_table::FeeComponent;
use near_parameters::{ActionCosts, ExtCosts, Fee, RuntimeConfig};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use strum::IntoEnumIterator;

/// A protocol version's tables under nearcore's names; gas as decimal texts.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Parameters {
    ext_costs: BTreeMap<String, String>,
    /// Send to oneself, send to another, execution.
    action_fees: BTreeMap<String, [String; 3]>,
    wasm: [String; 3],
    limits: Value,
}

pub fn parameters(config: &RuntimeConfig) -> Parameters {
    let wasm = &config.wasm_config;
    Parameters {
        ext_costs: ExtCosts::iter()
            .map(|cost| {
                (
                    cost.to_string(),
                    wasm.ext_costs.gas_cost(cost).as_gas().to_string(),
                )
            })
            .collect(),
        action_fees: ActionCosts::iter()
            .map(|cost| (cost.to_string(), fees(config.fees.fee(cost))))
            .collect(),
        wasm: [
            wasm.regular_op_cost.to_string(),
            wasm.linear_op_base_cost.to_string(),
            wasm.linear_op_unit_cost.to_string(),
        ],
        limits: serde_json::to_value(&wasm.limit_config).expect("expected limits to be plain data"),
    }
}

fn fees(fee: &Fee) -> [String; 3] {
    [&fee.send_sir, &fee.send_not_sir, &fee.execution].map(text)
}

fn text(component: &FeeComponent) -> String {
    match component {
        FeeComponent::Gas(gas) => gas.as_gas().to_string(),
        other => format!("{other:?}"),
    }
}
