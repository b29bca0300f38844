import { base58 } from "@scure/base";
import { hash, integer, object } from "./json-fields.ts";
import { readProducers } from "./light-block.ts";
import { type LightHead, malformed } from "./light-head.ts";

/** A head as JSON text, for an image or a sealed file; `parseHead` reads it back. Whole numbers become texts. */
export function formatHead(head: LightHead): string {
  const { producers, nextProducers, height, timestampNanos, ...hashes } = head;
  return JSON.stringify({
    ...hashes,
    height: String(height),
    timestampNanos: String(timestampNanos),
    producers: producers.map(formatProducer),
    nextProducers: nextProducers?.map(formatProducer) ?? null,
  });
}

/** Reads a head that `formatHead` wrote. It is trusted as it stands. Throws LightClientError `LIGHT_BLOCK_MALFORMED`. */
export function parseHead(text: string): LightHead {
  try {
    const fields = object(parseJson(text), "head");
    const read = (name: string) => base58.encode(hash(fields[name], name));
    return {
      blockHash: read("blockHash"),
      height: integer(fields.height, "height"),
      epochId: read("epochId"),
      nextEpochId: read("nextEpochId"),
      blockMerkleRoot: read("blockMerkleRoot"),
      timestampNanos: integer(fields.timestampNanos, "timestampNanos"),
      producers: readProducers(fields.producers),
      nextProducers: fields.nextProducers === null ? null : readProducers(fields.nextProducers),
    };
  } catch (error) {
    throw malformed("LIGHT_BLOCK_MALFORMED", error);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function formatProducer({ accountId, publicKey, stakeYocto }: LightHead["producers"][number]): object {
  return { account_id: accountId, public_key: publicKey, stake: String(stakeYocto) };
}
