import { nearApiJs7Client } from "./near-api-js-7-client.ts";
import { startLikeNearSandbox03 } from "./near-sandbox-0.3-start.ts";
import { testScenarios } from "./scenarios.ts";

testScenarios("near-sandbox 0.3's start and near-api-js 7", async () => {
  return nearApiJs7Client(await startLikeNearSandbox03());
});
