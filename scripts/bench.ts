/**
 * `npm run bench`: gas of every method by number of participants, what today's Rust contract burns beside it, and how
 * fast the embedded chain is, what shares by the thousand and idle agents by the hundred cost.
 */

import { type CallGas, measureGas, PARTICIPANT_COUNTS } from "./bench/measure-gas.ts";
import { COMPARISONS } from "./bench/rust-contract.ts";
import { measureSandbox } from "./bench/sandbox/measure-sandbox.ts";
import { measureIdleAgents } from "./bench/services/measure-idle-agents.ts";
import { measureThousandShares } from "./bench/services/measure-thousand-shares.ts";

const WASM = "build/mpc_recovery.wasm";

const table = await measureGas(WASM);
const tera = (gas: number) => (gas / 1e12).toFixed(3).padStart(8);
const columns = ["total", "loading", "instructions", "storage", "signatures", "other_host"] as const;
for (const count of PARTICIPANT_COUNTS) {
  process.stdout.write(`\nn = ${count}, Tgas burnt by the contract's execution (receipt fees apart)\n`);
  const heads = [...columns, "w/o sig.", "Rust"].map((column) => column.padStart(13)).join("");
  process.stdout.write(`${"".padEnd(42)}${heads}\n`);
  for (const [name, gas] of Object.entries(table[`n=${count}`] ?? {}))
    process.stdout.write(row(name, gas, count));
}

process.stdout.write("\nThe embedded chain\n");
await measureSandbox();
const official = process.env.NEAR_SANDBOX_BIN_PATH;
if (official === undefined)
  process.stdout.write("NEAR_SANDBOX_BIN_PATH names no neard-sandbox to compare with\n");
else await measureSandbox(official);
process.stdout.write("\nNode agent and backup service\n");
await measureThousandShares();
await measureIdleAgents(WASM);

function row(name: string, gas: CallGas, count: number): string {
  const rust = COMPARISONS[name]?.rust[count === 10 ? 0 : 1];
  const compared = (count === 10 || count === 40) && rust !== undefined ? rust.toFixed(3) : "";
  const cells = [...columns.map((column) => tera(gas[column])), tera(gas.total - gas.signatures), compared];
  return `${name.padEnd(42)}${cells.map((cell) => cell.padStart(13)).join("")}\n`;
}
