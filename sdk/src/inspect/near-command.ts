import type { AnyCallName } from "../../../contract/src/interface/arguments.ts";
import { METHODS } from "../../../contract/src/interface/methods.ts";
import { unreachable } from "../../../contract/src/protocol/errors.ts";

/** A call as an operator would make it by hand. */
export interface NearCall {
  readonly contractId: string;
  /** A name that the `near` CLI knows, as `mainnet`. */
  readonly network: string;
  readonly method: AnyCallName;
  readonly args: unknown;
  readonly signer: string;
}

const GAS_PER_TGAS = 1_000_000_000_000n;

/**
 * The `near` CLI's command for a call, with gas and deposit from the interface. Safe to paste into a POSIX shell
 * whatever the values hold: each is one quoted word.
 */
export function nearCommand({ contractId, network, method, args, signer }: NearCall): string {
  const spec = METHODS[method];
  if (spec.kind !== "call") throw new TypeError(`expected a call, found the view ${method}`);
  const input =
    spec.serialization === "json"
      ? ["json-args", shellWord(JSON.stringify(args))]
      : ["file-args", shellWord("<file>")];
  return [
    "near contract call-function as-transaction",
    shellWord(contractId),
    method,
    ...input,
    `prepaid-gas '${spec.gas / GAS_PER_TGAS}.0 Tgas'`,
    `attached-deposit ${shellWord(depositOf(method))}`,
    `sign-as ${shellWord(signer)}`,
    `network-config ${shellWord(network)}`,
  ].join(" ");
}

function depositOf(method: AnyCallName): string {
  const spec = METHODS[method];
  const rule = spec.kind === "call" ? spec.deposit : "none";
  switch (rule) {
    case "none":
    case "if_operator":
      return "0 NEAR";
    case "one_yocto":
    case "one_yocto_or_more":
      return "1 yoctoNEAR";
    case "any_amount":
      return "<amount> NEAR";
    default:
      return unreachable(rule);
  }
}

/** Control characters have no business in a command: they could hide what a terminal shows of it. */
function shellWord(text: string): string {
  const visible = text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, "?");
  return /^[\w.:/@-]+$/.test(visible) ? visible : `'${visible.replaceAll("'", "'\\''")}'`;
}
