import { ensureSandbox } from "./ensure-sandbox.ts";

process.stdout.write(`${ensureSandbox()}\n`);
