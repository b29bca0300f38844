import { readFile } from "node:fs/promises";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { usageError } from "../operations/program-error.ts";
import { dashboardPage, type ServedPage } from "./dashboard-page.ts";
import { type SourceOptions, sourceOf } from "./source-options.ts";
import type { Output } from "./terminal.ts";

/** Beside the folder of the programs, where the build puts the page. */
export const PAGE_FILE = new URL("../dashboard.html", import.meta.url);

/** Serves the dashboard on 127.0.0.1 and says where, until the signal is aborted. Rejects when the port is taken. */
export async function serveDashboard(
  options: SourceOptions & { readonly port: number },
  output: Output,
  signal: AbortSignal,
  pageFile: URL,
): Promise<void> {
  const { contractId, rpcUrl } = options;
  // Refuses what isn't a URL before anything is served.
  sourceOf(options);
  const template = await readFile(pageFile, "utf8").catch((error: unknown) => {
    throw usageError("DASHBOARD_MISSING", `${pageFile.pathname} is missing; run npm run build`, error);
  });
  const server = await listen(dashboardPage(template, { contractId, rpcUrls: rpcUrl }), options.port);
  const { port } = server.address() as AddressInfo;
  output.write(`dashboard: http://127.0.0.1:${port}/\n`);
  await new Promise<void>((resolve) => {
    const end = () => {
      server.closeAllConnections();
      server.close(() => resolve());
    };
    if (signal.aborted) end();
    else signal.addEventListener("abort", end, { once: true });
  });
}

async function listen(page: ServedPage, port: number): Promise<http.Server> {
  const server = http.createServer({ requestTimeout: 10_000 }, (request, response) => {
    answer(page, request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return server;
}

/** Another Host is a name that somebody else pointed at this machine. */
const LOOPBACK_HOST = /^(127\.0\.0\.1|localhost)(:\d+)?$/;

function answer(page: ServedPage, request: http.IncomingMessage, response: http.ServerResponse): void {
  if (!LOOPBACK_HOST.test(request.headers.host ?? "")) refuse(response, 403, "only for this machine\n");
  else if (request.method !== "GET" && request.method !== "HEAD") refuse(response, 405, "expected GET\n");
  else if (request.url !== "/") refuse(response, 404, "there is only /\n");
  else {
    response.writeHead(200, { ...page.headers, "content-length": Buffer.byteLength(page.html) });
    response.end(request.method === "HEAD" ? undefined : page.html);
  }
}

function refuse(response: http.ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    "content-type": "text/plain; charset=utf-8",
    "x-content-type-options": "nosniff",
  });
  response.end(text);
}
