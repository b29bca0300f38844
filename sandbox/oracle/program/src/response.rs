use near_parameters::ExtCosts;
use near_vm_runner::logic::VMOutcome;
use near_vm_runner::logic::mocks::mock_external::{MockAction, MockedExternal};
use near_vm_runner::logic::types::ReturnData;
use serde::Serialize;
use std::collections::BTreeMap;
use strum::IntoEnumIterator;

/// What the VM made of a call.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Response {
    Ended(Box<Ended>),
    /// nearcore itself gave up; a contract should not get there.
    Fatal(String),
}

/// Numbers are decimal texts, bytes hexadecimal.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Ended {
    burnt_gas: String,
    used_gas: String,
    wasm_instruction_gas: String,
    /// Gas by host cost; costs of zero are left out.
    profile: BTreeMap<String, String>,
    logs: Vec<String>,
    returned: String,
    balance_yocto: String,
    subsidized_yocto: String,
    storage_usage_bytes: String,
    error_debug: Option<String>,
    error_display: Option<String>,
    /// Receivers and dependencies of created receipts, and the kinds of their actions.
    receipts: Vec<Receipt>,
    storage: BTreeMap<String, String>,
    /// Whether an action takes a share of the unused gas, which the mock does not hand out.
    has_weights: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Receipt {
    receiver_id: String,
    depends_on: Vec<usize>,
    actions: Vec<String>,
}

pub fn ended(outcome: VMOutcome, external: MockedExternal) -> Ended {
    let actions = &external.action_log;
    Ended {
        burnt_gas: outcome.burnt_gas.as_gas().to_string(),
        used_gas: outcome.used_gas.as_gas().to_string(),
        wasm_instruction_gas: outcome.profile.get_wasm_cost().as_gas().to_string(),
        profile: ExtCosts::iter()
            .map(|cost| {
                (
                    cost.to_string(),
                    outcome.profile.get_ext_cost(cost).as_gas(),
                )
            })
            .filter(|(_, gas)| *gas > 0)
            .map(|(cost, gas)| (cost, gas.to_string()))
            .collect(),
        logs: outcome.logs,
        returned: match &outcome.return_data {
            ReturnData::None => "none".to_string(),
            ReturnData::Value(bytes) => format!("value {}", hex::encode(bytes)),
            ReturnData::ReceiptIndex(index) => format!("receipt {}", ordinal(actions, *index)),
        },
        balance_yocto: outcome.balance.as_yoctonear().to_string(),
        subsidized_yocto: outcome.subsidized_amount.as_yoctonear().to_string(),
        storage_usage_bytes: outcome.storage_usage.to_string(),
        error_debug: outcome.aborted.as_ref().map(|error| format!("{error:?}")),
        error_display: outcome.aborted.as_ref().map(|error| error.to_string()),
        receipts: receipts(actions),
        storage: external
            .fake_trie
            .iter()
            .map(|(key, value)| (hex::encode(key), hex::encode(value)))
            .collect(),
        has_weights: actions.iter().any(has_weight),
    }
}

/// The mock numbers receipts by their place in its log of all actions; here they are counted.
fn ordinal(actions: &[MockAction], index: u64) -> usize {
    actions[..index as usize]
        .iter()
        .filter(|action| is_receipt(action))
        .count()
}

fn is_receipt(action: &MockAction) -> bool {
    matches!(
        action,
        MockAction::CreateReceipt { .. } | MockAction::YieldCreate { .. }
    )
}

fn has_weight(action: &MockAction) -> bool {
    matches!(action, MockAction::FunctionCallWeight { gas_weight, .. } if gas_weight.0 > 0)
}

fn receipts(actions: &[MockAction]) -> Vec<Receipt> {
    let mut receipts = Vec::<Receipt>::new();
    for action in actions {
        match action {
            MockAction::CreateReceipt {
                receipt_indices,
                receiver_id,
            } => receipts.push(Receipt {
                receiver_id: receiver_id.to_string(),
                depends_on: receipt_indices
                    .iter()
                    .map(|index| ordinal(actions, *index))
                    .collect(),
                actions: Vec::new(),
            }),
            MockAction::YieldCreate { receiver_id, .. } => receipts.push(Receipt {
                receiver_id: receiver_id.to_string(),
                depends_on: Vec::new(),
                actions: Vec::new(),
            }),
            _ => {
                if let Some((index, text)) = describe(action) {
                    receipts[ordinal(actions, index)].actions.push(text);
                }
            }
        }
    }
    receipts
}

/// The receipt that an action belongs to, and the action's kind with its money and gas.
fn describe(action: &MockAction) -> Option<(u64, String)> {
    use MockAction::*;
    Some(match action {
        CreateAccount { receipt_index } => (*receipt_index, "CreateAccount".to_string()),
        DeployContract {
            receipt_index,
            code,
        } => (
            *receipt_index,
            format!("DeployContract {}", hex::encode(code)),
        ),
        FunctionCallWeight {
            receipt_index,
            method_name,
            args,
            attached_deposit,
            prepaid_gas,
            ..
        } => (
            *receipt_index,
            format!(
                "FunctionCall {} {} {} {}",
                hex::encode(method_name),
                hex::encode(args),
                attached_deposit.as_yoctonear(),
                prepaid_gas.as_gas()
            ),
        ),
        Transfer {
            receipt_index,
            deposit,
        } => (
            *receipt_index,
            format!("Transfer {}", deposit.as_yoctonear()),
        ),
        Stake {
            receipt_index,
            stake,
            ..
        } => (*receipt_index, format!("Stake {}", stake.as_yoctonear())),
        DeleteAccount {
            receipt_index,
            beneficiary_id,
        } => (*receipt_index, format!("DeleteAccount {beneficiary_id}")),
        DeleteKey { receipt_index, .. } => (*receipt_index, "DeleteKey".to_string()),
        AddKeyWithFunctionCall {
            receipt_index,
            nonce,
            allowance,
            receiver_id,
            method_names,
            ..
        } => {
            let names: Vec<String> = method_names.iter().map(hex::encode).collect();
            let allowance = allowance.map_or("none".to_string(), |a| a.as_yoctonear().to_string());
            let names = names.join(",");
            (
                *receipt_index,
                format!("AddFunctionCallKey {nonce} {allowance} {receiver_id} {names}"),
            )
        }
        AddKeyWithFullAccess {
            receipt_index,
            nonce,
            ..
        } => (*receipt_index, format!("AddFullAccessKey {nonce}")),
        _ => return None,
    })
}
