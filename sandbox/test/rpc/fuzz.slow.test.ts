import { test } from "node:test";
import { fuzzRequests } from "./fuzz-requests.ts";
import { startLocalNode } from "./local-node.ts";

test("property: 10,000 fuzzed requests are answered as JSON-RPC, none with an internal error", async (context) => {
  const node = await startLocalNode();
  context.after(() => node.stop());
  await fuzzRequests(node, 10_000);
});
