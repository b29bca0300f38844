import { type RunningSandbox, startSandbox } from "../../../sandbox/src/launcher/start-sandbox.ts";
import {
  addFullAccessKeyAction,
  callAction,
  createAccountAction,
  deployAction,
  transferAction,
} from "../../../sandbox/test/rpc/sign-transaction.ts";
import { type BenchSender, benchSender } from "./bench-sender.ts";
import { SPIN_METHOD, spinContract } from "./spin-contract.ts";

/** Times in milliseconds as a client on this machine sees them, over HTTP, with the node in a process of its own. */
export interface SandboxFigures {
  /** From nothing to the first answer of the RPC. */
  readonly readyMs: Spread;
  /** From nothing until ten sandboxes that were started at once have all answered. */
  readonly tenReadyMs: number;
  readonly transferMs: Spread;
  /** A call that burns about {@link SandboxFigures.callTgas}. */
  readonly callMs: Spread;
  readonly callTgas: number;
  /** Creating 200 accounts with a contract on each. */
  readonly accounts200Ms: number;
  /** One after the other, each awaited to its end. */
  readonly callsPerSecond: number;
}

export interface Spread {
  readonly median: number;
  readonly p90: number;
}

const STARTS = 7;
const CALLS = 60;
const MANY_CALLS = 1_000;
const CALL_GAS = 100_000_000_000_000n;
const NEAR = 10n ** 24n;

/**
 * Measures the embedded chain, or another executable that understands neard's command line, and prints the figures.
 * They depend on the machine and on what else it does; nothing is asserted.
 */
export async function measureSandbox(executable?: string): Promise<SandboxFigures> {
  const options = executable === undefined ? {} : { executable };
  const started: RunningSandbox[] = [];
  const start = async () => started.push(await startSandbox(options));
  const stopAll = () => Promise.all(started.splice(0).map(({ stop }) => stop()));
  const ready: number[] = [];
  for (let round = 0; round < STARTS; round++) {
    ready.push(await timed(start));
    await stopAll();
  }
  const tenReadyMs = await timed(() => Promise.all(Array.from({ length: 10 }, start)));
  await stopAll();
  const sandbox = await startSandbox(options);
  try {
    const sender = await benchSender(sandbox.rpcUrl, sandbox.rootAccount);
    const figures = { readyMs: spread(ready), tenReadyMs, ...(await measureTransactions(sender)) };
    process.stdout.write(report(executable ?? "the embedded chain", figures));
    return figures;
  } finally {
    await sandbox.stop();
  }
}

async function measureTransactions(
  sender: BenchSender,
): Promise<Omit<SandboxFigures, "readyMs" | "tenReadyMs">> {
  const code = spinContract();
  const contractId = `spin.${sender.rootId}`;
  await sender.send(contractId, newAccount(sender, code));
  const spin = [callAction(SPIN_METHOD, new Uint8Array(), CALL_GAS)];
  const burntGas = await sender.send(contractId, spin);
  const transferMs = await repeated(CALLS, () => sender.send(contractId, [transferAction(1n)]));
  const callMs = await repeated(CALLS, () => sender.send(contractId, spin));
  const accounts200Ms = await timed(async () => {
    for (let index = 0; index < 200; index++) {
      await sender.send(`account-${index}.${sender.rootId}`, newAccount(sender, code));
    }
  });
  const idle = [callAction("nothing", new Uint8Array(), CALL_GAS)];
  const manyMs = await timed(async () => {
    for (let index = 0; index < MANY_CALLS; index++) {
      await sender.send(`account-${index % 200}.${sender.rootId}`, idle);
    }
  });
  const callsPerSecond = (MANY_CALLS * 1_000) / manyMs;
  return { transferMs, callMs, callTgas: burntGas / 1e12, accounts200Ms, callsPerSecond };
}

function newAccount({ rootPublicKey }: BenchSender, code: Uint8Array): Uint8Array[] {
  const funded = [createAccountAction(), transferAction(10n * NEAR)];
  return [...funded, addFullAccessKeyAction(rootPublicKey), deployAction(code)];
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

async function repeated(count: number, run: () => Promise<unknown>): Promise<Spread> {
  const times: number[] = [];
  for (let index = 0; index < count; index++) times.push(await timed(run));
  return spread(times);
}

function spread(times: readonly number[]): Spread {
  const sorted = [...times].sort((one, other) => one - other);
  const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))]!;
  return { median: at(0.5), p90: at(0.9) };
}

function report(name: string, figures: SandboxFigures): string {
  const both = ({ median, p90 }: Spread) => `${median.toFixed(1)} ms (90%: ${p90.toFixed(1)} ms)`;
  const rows = [
    ["ready", both(figures.readyMs)],
    ["ten at once ready", `${figures.tenReadyMs.toFixed(0)} ms`],
    ["transfer", both(figures.transferMs)],
    [`call that burns ${figures.callTgas.toFixed(2)} Tgas`, both(figures.callMs)],
    ["200 accounts with contracts", `${figures.accounts200Ms.toFixed(0)} ms`],
    ["calls in a row", `${figures.callsPerSecond.toFixed(0)} a second`],
  ];
  const lines = rows.map(([label, value]) => `  ${label!.padEnd(32)}${value}\n`);
  return `\nSpeed of ${name}, over HTTP\n${lines.join("")}`;
}
