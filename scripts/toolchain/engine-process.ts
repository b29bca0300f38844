/** Program: `engine-process.ts compiler|runtime` builds that engine into the cache. */
import { compileEngine } from "./engine.ts";
import { writeEngine } from "./engine-cache.ts";

const kind = process.argv[2];
if (kind !== "compiler" && kind !== "runtime") throw new Error(`expected compiler or runtime, found ${kind}`);
await writeEngine(kind, compileEngine);
