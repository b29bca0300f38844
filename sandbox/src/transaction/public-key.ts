import { base58 } from "@scure/base";

const CURVES = [
  { name: "ed25519", length: 32 },
  { name: "secp256k1", length: 64 },
] as const;

/**
 * Text of a Borsh public key (`ed25519:<base58>`, `secp256k1:<base58>`). Keys are kept as this text in the state.
 * Throws when the kind byte or the length is not one of the two curves'.
 */
export function formatPublicKey(borsh: Uint8Array): string {
  const curve = CURVES[borsh[0] ?? -1];
  if (curve === undefined)
    throw new Error(`expected key kind 0 (ed25519) or 1 (secp256k1), found ${borsh[0]}`);
  if (borsh.length !== curve.length + 1) {
    throw new Error(`expected ${curve.length} bytes of ${curve.name} key, found ${borsh.length - 1}`);
  }
  return `${curve.name}:${base58.encode(borsh.subarray(1))}`;
}

/** Borsh bytes (kind, key) of a key's text; a text without a curve name is taken as ed25519, as nearcore does. */
export function parsePublicKey(text: string): Uint8Array {
  const separator = text.indexOf(":");
  const curveName = separator < 0 ? "ed25519" : text.slice(0, separator);
  const kind = CURVES.findIndex((curve) => curve.name === curveName);
  const curve = CURVES[kind];
  if (curve === undefined)
    throw new Error(`unknown curve kind '${curveName}', expected ed25519 or secp256k1`);
  const bytes = decodeBase58(text.slice(separator + 1));
  if (bytes.length !== curve.length) {
    throw new Error(`expected ${curve.length} bytes of ${curve.name} key, found ${bytes.length}`);
  }
  return Uint8Array.of(kind, ...bytes);
}

/** Size of the key's Borsh form in bytes, which storage staking counts. */
export function publicKeySize(text: string): number {
  return text.startsWith("secp256k1:") ? 65 : 33;
}

function decodeBase58(text: string): Uint8Array {
  try {
    return base58.decode(text);
  } catch {
    throw new Error(`expected base58 after the curve name, found '${text}'`);
  }
}
