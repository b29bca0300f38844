import { Sandbox } from "near-kit/sandbox";
import { ensureSandbox } from "../../src/launcher/ensure-sandbox.ts";
import { nearKitClient } from "./near-kit-client.ts";
import { testScenarios } from "./scenarios.ts";

testScenarios("near-kit 0.19", async () => {
  return nearKitClient(await Sandbox.start({ binaryPath: ensureSandbox(), detached: false }));
});
