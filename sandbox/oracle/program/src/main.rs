//! Reads contract calls as JSON lines from standard input and answers each with one JSON line: what nearcore's VM
//! made of it. `--newest` prints the newest protocol version that this VM knows instead, `--parameters <version>` the
//! tables of a version.

mod parameters;
mod request;
mod response;

use near_parameters::RuntimeConfigStore;
use near_primitives_core::hash::CryptoHash;
use near_primitives_core::version::PROTOCOL_VERSION;
use near_vm_runner::logic::VMOutcome;
use near_vm_runner::logic::errors::VMRunnerError;
use near_vm_runner::logic::mocks::mock_external::MockedExternal;
use near_vm_runner::{Contract, ContractCode};
use request::Request;
use response::Response;
use std::io::{BufRead, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

struct Code(Arc<ContractCode>);

impl Contract for Code {
    fn hash(&self) -> CryptoHash {
        *self.0.hash()
    }

    fn get_code(&self) -> Option<Arc<ContractCode>> {
        Some(Arc::clone(&self.0))
    }
}

fn main() {
    let configs = RuntimeConfigStore::new(None);
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--newest"] => println!("{PROTOCOL_VERSION}"),
        ["--parameters", version] => print_parameters(&configs, version),
        _ => answer_lines(&configs),
    }
}

fn print_parameters(configs: &RuntimeConfigStore, version: &str) {
    let version = version.parse().expect("expected a protocol version");
    let parameters = parameters::parameters(configs.get_config(version));
    println!(
        "{}",
        serde_json::to_string(&parameters).expect("expected parameters to be plain data")
    );
}

fn answer_lines(configs: &RuntimeConfigStore) {
    let mut output = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("expected standard input to be readable");
        let request: Request = serde_json::from_str(&line).expect("expected a call per line");
        // The VM panics where it thinks a contract cannot get; that is an answer too.
        let response = catch_unwind(AssertUnwindSafe(|| answer(configs, &request)))
            .unwrap_or_else(|_| Response::Fatal("the VM panicked".to_string()));
        serde_json::to_writer(&mut output, &response)
            .expect("expected standard output to be writable");
        output
            .write_all(b"\n")
            .expect("expected standard output to be writable");
    }
}

fn answer(configs: &RuntimeConfigStore, request: &Request) -> Response {
    let mut external = MockedExternal::with_code(ContractCode::new(request.code.clone(), None));
    external.fake_trie = request
        .storage
        .iter()
        .map(|(k, v)| (k.clone(), v.clone()))
        .collect();
    match run(configs, request, &mut external) {
        Ok(outcome) => Response::Ended(Box::new(response::ended(outcome, external))),
        Err(error) => Response::Fatal(format!("{error:?}")),
    }
}

fn run(
    configs: &RuntimeConfigStore,
    request: &Request,
    external: &mut MockedExternal,
) -> Result<VMOutcome, VMRunnerError> {
    let config = configs.get_config(request.protocol_version);
    let code = Code(Arc::new(ContractCode::new(request.code.clone(), None)));
    let context = request::context(request, code.hash(), &config.wasm_config);
    let prepared = near_vm_runner::prepare(
        &code,
        Arc::clone(&config.wasm_config),
        None,
        context.make_gas_counter(&config.wasm_config),
        &request.method,
    );
    near_vm_runner::run(prepared, external, &context, Arc::clone(&config.fees))
}
