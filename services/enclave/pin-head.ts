import type { AskNode } from "../../sdk/src/client/json-rpc.ts";
import { object } from "../../sdk/src/lightclient/json-fields.ts";
import { readHeaderLite, readProducers } from "../../sdk/src/lightclient/light-block.ts";
import { type LightHead, trustHead } from "../../sdk/src/lightclient/light-head.ts";

/**
 * A head for an image by the word of one node, for rehearsals on a chain of one's own that is young: it leads from the
 * first block to the newest of the same epoch. The makers of a real image compare what several nodes say.
 */
export async function pinHead(node: AskNode): Promise<LightHead> {
  const first = object(await node.ask("block", { block_id: 0 }), "block");
  const last_block_hash = object(first.header, "header").hash;
  const answer = object(
    await node.ask("next_light_client_block", { last_block_hash }),
    "next_light_client_block",
  );
  const validators = object(await node.ask("validators", [null]), "validators");
  const producers = readProducers(validators.current_validators);
  return trustHead(readHeaderLite(answer), producers, readProducers(answer.next_bps));
}
