import { join } from "node:path";
import { type Recipient, signSealKey } from "../../sdk/src/approval/recipient.ts";
import { signDevEvidence } from "../../sdk/src/attestation/dev-attestation.ts";
import type { Evidence } from "../../sdk/src/attestation/evidence.ts";
import { reportDataFor } from "../../sdk/src/attestation/report-data.ts";
import { requireKeys, verifyEvidence } from "../../sdk/src/attestation/verify-evidence.ts";
import { readKeyFile } from "../../sdk/src/crypto/key-files.ts";
import type { Ed25519KeyPair } from "../../sdk/src/crypto/keys.ts";
import type { KxKeyPair } from "../../sdk/src/crypto/kx.ts";
import { readJsonFile, readSecretText } from "../ceremony/read-whole.ts";
import { readShareKeyFile } from "../ceremony/share-key-file.ts";
import { systemClock } from "../operations/clock.ts";
import { type SealingKeys, sealingKeys } from "../safe-mode/sealed-seed.ts";
import { systemFiles } from "../store/files.ts";
import type { EnclaveConfig } from "./config.ts";
import { type EnclaveImage, parseEnclaveImage } from "./image.ts";

/** A program's image and keys, ready for use. */
export interface OpenedEnclave {
  readonly config: EnclaveConfig;
  readonly image: EnclaveImage;
  readonly account: Ed25519KeyPair;
  readonly tls: Ed25519KeyPair;
  readonly sealKey: KxKeyPair;
  readonly sealing: SealingKeys;
  /** The program's own measurement, by its own evidence. */
  readonly measurement: string;
}

/** Names within the data folder. */
export const SEED_FILE = "sealed-seed.json";

/**
 * Reads the image and every key file that a config names, and measures the program.
 *
 * @throws ProgramError, KeyFileError, FormatError, AttestationError
 */
export async function openEnclave(config: EnclaveConfig): Promise<OpenedEnclave> {
  const image = parseEnclaveImage(readJsonFile(config.image_file));
  const account = (await readKeyFile(config.near_key_file)).keyPair;
  const tls = (await readKeyFile(config.tls_key_file)).keyPair;
  const sealKey = await readShareKeyFile(systemFiles, config.seal_key_file);
  const sealing = sealingKeys(readSecretText(config.platform.sealing_key_file));
  const keys = { tls_public_key: tls.publicKey, account_public_key: account.publicKey };
  const verified = verifyEvidence(await evidenceFor(config, keys), {
    now: nowSeconds(),
    policy: image.policy,
  });
  requireKeys(verified, keys);
  return { config, image, account, tls, sealKey, sealing, measurement: verified.measurement };
}

/** What the program shows about itself: the JSON of an evidence file. */
export async function describeRecipient({
  config,
  image,
  account,
  tls,
  sealKey,
}: OpenedEnclave): Promise<Recipient> {
  const keys = { tls_public_key: tls.publicKey, account_public_key: account.publicKey };
  const use = { network: image.network, contract: image.contract, account: config.account_id };
  return {
    ...keys,
    evidence: await evidenceFor(config, keys),
    seal_key: sealKey.publicKey,
    seal_key_proof: signSealKey(tls, sealKey.publicKey, use),
  };
}

/** A path within the data folder. */
export function dataFile({ config }: Pick<OpenedEnclave, "config">, name: string): string {
  return join(config.data_folder, name);
}

export function nowSeconds(): number {
  return Math.floor(systemClock.now() / 1_000);
}

type Keys = Parameters<typeof reportDataFor>[0];

async function evidenceFor({ platform }: EnclaveConfig, keys: Keys): Promise<Evidence> {
  const { keyPair } = await readKeyFile(platform.evidence_key_file);
  return signDevEvidence(keyPair, platform.measurement, reportDataFor(keys), nowSeconds());
}
