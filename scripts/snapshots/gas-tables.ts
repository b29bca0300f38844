import { growths } from "../bench/growth.ts";
import type { CallGas, GasTable } from "../bench/measure-gas.ts";
import { COMPARISONS } from "../bench/rust-contract.ts";

/** Our figures beside the Rust contract's and the goals, in Tgas. */
export function comparisonTable(table: GasTable): string {
  const rows = Object.entries(COMPARISONS).map(([name, { rust, goal }]) => {
    const [ten, forty] = [figure(table, 10, name), figure(table, 40, name)];
    const cells = [
      tera(ten.total - ten.signatures),
      goal[0].toFixed(2),
      String(rust[0]),
      tera(forty.total - forty.signatures),
      goal[1].toFixed(2),
      String(rust[1]),
      [ten.loading, ten.instructions, ten.storage, ten.other_host].map((gas) => tera(gas)).join(" / "),
    ];
    return `| \`${name}\` | ${cells.join(" | ")} |`;
  });
  return [
    "| call | n = 10 | goal | Rust | n = 40 | goal | Rust | loading / instructions / storage / other host functions at n = 10 |",
    "|---|---|---|---|---|---|---|---|",
    ...rows,
  ].join("\n");
}

/** Every measured call, in Tgas, and what each participant adds. */
export function figuresTable(table: GasTable): string {
  const rows = growths(table).map(({ figure: name, perParticipant, isExpected }) => {
    const all = [3, 10, 40, 100].map((count) => tera(withoutSignatures(figure(table, count, name))));
    const growth = `${tera(perParticipant, 4)}${isExpected ? " *" : ""}`;
    return `| \`${name}\` | ${all.join(" | ")} | ${growth} |`;
  });
  return [
    "| call | n = 3 | n = 10 | n = 40 | n = 100 | for each participant |",
    "|---|---|---|---|---|---|",
    ...rows,
  ].join("\n");
}

function figure(table: GasTable, count: number, name: string): CallGas {
  const found = table[`n=${count}`]?.[name];
  if (!found)
    throw new Error(`expected a figure for ${name} at n = ${count}, found none; run the bench anew`);
  return found;
}

function withoutSignatures({ total, signatures }: CallGas): number {
  return total - signatures;
}

function tera(gas: number, digits = 3): string {
  return (Math.abs(gas) / 1e12).toFixed(digits);
}
