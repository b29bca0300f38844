import { readFile } from "node:fs/promises";
import { tlsPublicKey } from "../../../../sdk/src/crypto/keys.ts";
import { integer, list, object, oneOf, type Reader, readJson, text } from "../read-fields.ts";
import { reasonOf, SignerError } from "../signer-error.ts";
import { SIGNER_LIMITS } from "../signer-limits.ts";
import { FROST_SCHEMES } from "../suites.ts";
import type { CeremonyPlan } from "./ceremony.ts";
import type { SignerPeer } from "./signer-peer.ts";

/**
 * Reads the file that all participants of a key generation share:
 * `{"threshold":2,"domains":["frost-ed25519","frost-secp256k1"],"participants":[{"account_id":"a.near",
 * "participant_id":0,"url":"https://host:port","tls_public_key":"ed25519:…"}]}`. A domain's id is its position.
 * Throws SignerError `BAD_PARTICIPANTS_FILE` with one line about the file.
 */
export async function readParticipantsFile(path: string): Promise<CeremonyPlan> {
  try {
    return readJson(await readFile(path, "utf8"), "file", MAX_FILE_CHARACTERS, plan);
  } catch (thrown) {
    throw new SignerError("BAD_PARTICIPANTS_FILE", `participants file ${path}: ${reasonOf(thrown)}`);
  }
}

const MAX_FILE_CHARACTERS = 262_144;

const tlsKey: Reader<SignerPeer["tls_public_key"]> = (value, where) => {
  try {
    return tlsPublicKey(text(SIGNER_LIMITS.keyCharacters, /^\S+$/)(value, where));
  } catch (thrown) {
    throw new SignerError("BAD_MESSAGE", `${where}: ${reasonOf(thrown)}`);
  }
};

const plan: Reader<CeremonyPlan> = object({
  threshold: integer(2, SIGNER_LIMITS.participants),
  domains: list(1, SIGNER_LIMITS.domains, oneOf(FROST_SCHEMES)),
  participants: list(
    2,
    SIGNER_LIMITS.participants,
    object<SignerPeer>({
      account_id: text(64, /^[a-z0-9._-]{2,64}$/),
      participant_id: integer(0, SIGNER_LIMITS.participantId),
      url: text(256, /^https:\/\/[^\s/]+\/?$/),
      tls_public_key: tlsKey,
    }),
  ),
});
