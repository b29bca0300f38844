import { Sandbox } from "near-sandbox-0.2";
import { sandboxEnvironment } from "../../src/launcher/ensure-sandbox.ts";
import { nearApiJs5Client } from "./near-api-js-5-client.ts";
import { testScenarios } from "./scenarios.ts";

Object.assign(process.env, sandboxEnvironment());

testScenarios("near-sandbox 0.2 and near-api-js 5", async () => {
  const rootId = "funded.near";
  const publicKey = "ed25519:5BGSaf6YjVm7565VzWQHNxoyEjwr3jUpRJSGjREvU9dB";
  const privateKey =
    "ed25519:3tgdk2wPraJzT4nsTuf86UX41xgPNk3MHnq8epARMdBNs29AFEztAuaQ7iHddDfXG9F2RzV1XNQYgJyAyoW51UBB";
  const funded = { accountId: rootId, publicKey, privateKey, balance: 10n ** 27n };
  const sandbox = await Sandbox.start({ config: { additionalAccounts: [funded] } });
  const { rpcUrl } = sandbox;
  return nearApiJs5Client({ rpcUrl, rootId, rootSecretKey: privateKey, stop: () => sandbox.tearDown() });
});
