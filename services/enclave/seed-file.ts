import type { SeedName } from "../../sdk/src/sharing/commitments.ts";
import { openSealedSeed, type SealingKeys, sealSeed } from "../safe-mode/sealed-seed.ts";
import { removeDurably, writeDurably } from "../store/durable-file.ts";
import type { Files } from "../store/files.ts";
import type { SeedFile } from "./ports.ts";

/** A seed in one file, in the form that safe mode unseals too. */
export function sealedSeedFile(files: Files, path: string, name: SeedName, keys: SealingKeys): SeedFile {
  return {
    async read() {
      const bytes = await files.read(path);
      if (bytes === undefined) return undefined;
      return openSealedSeed(Buffer.from(bytes).toString("utf8").trimEnd(), name, keys).seed;
    },
    write: (seed) => writeDurably(files, path, Buffer.from(`${sealSeed(seed, name, keys)}\n`)),
    erase: () => removeDurably(files, path),
  };
}
