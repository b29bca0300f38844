import { decodePanic } from "../../../contract/src/interface/panic.ts";

/** A refusal of the contract as it panicked: contract.md §5. */
export interface ContractRefusal {
  readonly code: string;
  readonly info: Readonly<Record<string, unknown>>;
}

/** The contract's refusal in the text of a failed call or view; undefined when there is none. */
export function refusalInText(text: string): ContractRefusal | undefined {
  const panic = panicText(text);
  const cause = panic === undefined ? null : decodePanic(panic);
  return cause === null ? undefined : { code: cause.name, info: cause.info };
}

/**
 * The text that the contract panicked with, or undefined if this isn't a panic.
 *
 * Calls report `Smart contract panicked: <text>`; views report `… GuestPanic { panic_msg: "<text>" } …` with
 * the text escaped as Rust's `Debug` does.
 */
export function panicText(text: string): string | undefined {
  const called = text.indexOf(CALL_PREFIX);
  if (called >= 0) return text.slice(called + CALL_PREFIX.length);
  const viewed = VIEW_PANIC.exec(text);
  return viewed?.[1] === undefined ? undefined : unescapeDebug(viewed[1]);
}

const CALL_PREFIX = "Smart contract panicked: ";
const VIEW_PANIC = /GuestPanic \{ panic_msg: "((?:[^"\\]|\\.)*)"/s;

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", "0": "\0" };

function unescapeDebug(text: string): string {
  return text.replace(/\\(?:u\{([0-9a-fA-F]{1,6})\}|(.))/gs, (_, code: string | undefined, plain: string) => {
    if (code !== undefined) return String.fromCodePoint(Math.min(Number.parseInt(code, 16), 0x10ffff));
    return ESCAPES[plain] ?? plain;
  });
}
