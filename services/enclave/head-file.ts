import type { LightHead } from "../../sdk/src/lightclient/light-head.ts";
import { formatHead, parseHead } from "../../sdk/src/lightclient/stored-head.ts";
import type { SignedFile } from "./signed-file.ts";

/** The newest block that the program believes; kept over restarts, so that it needn't follow the chain anew. */
export interface HeadFile {
  current(): LightHead;
  /** Keeps the head if it is newer. Resolves once it would survive a power cut. */
  advance(head: LightHead): Promise<void>;
}

/**
 * Opens the file; starts from the image's head where there is no newer one. An old copy of the file does no harm: the
 * head follows the chain again. Rejects as `SignedFile.read` does, and with LightClientError.
 */
export async function openHeadFile(file: SignedFile, pinned: LightHead): Promise<HeadFile> {
  const text = await file.read();
  const stored = text === undefined ? pinned : parseHead(text);
  let head = stored.height > pinned.height ? stored : pinned;
  return {
    current: () => head,
    async advance(next) {
      if (next.height <= head.height) return;
      await file.write(formatHead(next));
      head = next;
    },
  };
}
