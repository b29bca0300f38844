/** `mpc-recovery/sandbox`: the embedded NEAR chain, for tests of whoever uses the package. */
export { ensureSandbox, sandboxEnvironment } from "../../sandbox/src/launcher/ensure-sandbox.ts";
export {
  type RunningSandbox,
  type StartOptions,
  startSandbox,
} from "../../sandbox/src/launcher/start-sandbox.ts";
