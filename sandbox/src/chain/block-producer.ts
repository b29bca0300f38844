import type { Genesis } from "../genesis/genesis.ts";
import { borshList, borshText, u64, u128 } from "../transaction/borsh-writer.ts";
import { parsePublicKey } from "../transaction/public-key.ts";
import { sha256 } from "./merkle.ts";

const STAKE_V1 = 0;
const ENDORSEMENT = 0;
const SKIP = 1;

/** Hash of the one block producer's stake, the same for all epochs (Borsh of nearcore's `Vec<ValidatorStake>`). */
export function blockProducersHash({ validator }: Genesis): Uint8Array {
  const stake = Buffer.concat([
    Uint8Array.of(STAKE_V1),
    borshText(validator.accountId),
    parsePublicKey(validator.publicKey),
    u128(validator.stakeYocto),
  ]);
  return sha256(borshList([stake]));
}

/** What a block producer signs for the block at `height` on top of another: endorsed, or after skipped heights. */
export function approvalMessage(
  previous: { readonly hash: Uint8Array; readonly height: bigint },
  height: bigint,
): Uint8Array {
  const inner =
    previous.height + 1n === height
      ? Buffer.concat([Uint8Array.of(ENDORSEMENT), previous.hash])
      : Buffer.concat([Uint8Array.of(SKIP), u64(previous.height)]);
  return Buffer.concat([inner, u64(height)]);
}
