import { execFileSync } from "node:child_process";

/**
 * The binary of a WebAssembly text. binaryen runs in a plain Node process of its own, since tsx would take seconds
 * to transform its 15 MB. Throws with binaryen's message when the text is wrong.
 */
export function assemble(wat: string): Uint8Array {
  return new Uint8Array(
    execFileSync(process.execPath, ["--input-type=module", "--eval", ASSEMBLER], {
      cwd: import.meta.dirname,
      input: wat,
      stdio: ["pipe", "pipe", "pipe"],
    }),
  );
}

const ASSEMBLER = `
import { readFileSync } from "node:fs";
import binaryen from "binaryen";
const module = binaryen.parseText(readFileSync(0, "utf8"));
if (!module.validate()) process.exit(1);
process.stdout.write(module.emitBinary());
`;
