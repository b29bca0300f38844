import { spawn } from "node:child_process";
import type { AddressInfo } from "node:net";
import { connect, createServer } from "node:net";
import { INSPECTOR } from "./bundle-inspector.ts";
import type { LiveNetwork } from "./live-network.ts";

/** How a run of the program ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the bundled program; one that goes on is stopped once `until` matches what it wrote. */
export function runInspector(
  args: readonly string[],
  options: { readonly input?: string; readonly until?: RegExp; readonly cwd?: string } = {},
): Promise<Ended> {
  const { cwd, input = "", until } = options;
  const program = new URL(`../../../${INSPECTOR}`, import.meta.url).pathname;
  const child = spawn(process.execPath, [program, ...args], { cwd, stdio: "pipe" });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    if (until?.test(stdout)) child.kill("SIGTERM");
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, stdout, stderr }));
  });
}

/** The network's endpoint under a second host, as if another operator ran it. */
export async function secondEndpoint({
  rpcUrl,
}: LiveNetwork): Promise<{ readonly url: string; readonly stop: () => void }> {
  const { port } = new URL(rpcUrl);
  const server = createServer((socket) => {
    const onward = connect(Number(port), "127.0.0.1");
    socket.pipe(onward).pipe(socket);
    socket.on("error", () => onward.destroy());
    onward.on("error", () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.2", resolve));
  server.unref();
  return { url: `http://127.0.0.2:${(server.address() as AddressInfo).port}`, stop: () => server.close() };
}
