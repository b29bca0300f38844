import { createHash } from "node:crypto";
import { canonicalJson } from "../crypto/canonical-json.ts";

/** The seed that a commitment is about. */
export interface SeedName {
  readonly network: string;
  readonly contract: string;
  /** Major version of the program that made the seed. */
  readonly version: number;
}

/** How many bytes a master seed has. All are random, so that a hash of it hides it. */
export const SEED_BYTES = 32;

/** The public commitment to a seed: sha256, lower-case hex, over a tag, the seed's name and the seed. */
export function seedCommitment(seed: Uint8Array, { network, contract, version }: SeedName): string {
  return commitment("mpc-recovery/seed/v1", { network, contract, version }, seed);
}

/** Which sharing a share belongs to: of which seed, by its commitment, and how many bring it back. */
export interface SharingName extends SeedName {
  readonly commitment: string;
  readonly threshold: number;
}

/**
 * The public commitment to one share. It names the owner: a share that changes hands no longer fits. It names the
 * seed's commitment and the threshold too, and the dealer signs it with the share's envelope: who changes either in a
 * published backup, so that fewer shares make a seed of his own choice, finds no share that fits.
 */
export function shareCommitment(
  share: Uint8Array,
  { network, contract, version, commitment: seed, threshold }: SharingName,
  owner: string,
): string {
  return commitment("mpc-recovery/share/v2", { network, contract, version, owner, seed, threshold }, share);
}

function commitment(tag: string, name: object, secret: Uint8Array): string {
  return createHash("sha256")
    .update(`${tag}\n${canonicalJson(name)}\n`)
    .update(secret)
    .digest("hex");
}
