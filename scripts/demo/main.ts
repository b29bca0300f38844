/**
 * `npm run demo`: the main job end to end. With `--catastrophe`: every enclave of a network is destroyed, and its seed
 * comes back. Prints a timeline and a verdict; exit code 0 only if every step held.
 */
import { parseArgs } from "node:util";
import { CATASTROPHE } from "./catastrophe/story.ts";
import { LOST_NODE } from "./lost-node.ts";
import { playStory } from "./stage.ts";

const { values } = parseArgs({ options: { catastrophe: { type: "boolean", default: false } } });
process.exitCode = await playStory(values.catastrophe ? CATASTROPHE : LOST_NODE);
