import { randomBytes } from "node:crypto";
import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import { Decrypter, Encrypter, Stanza } from "age-encryption";
import { recipientsFingerprint } from "./age-recipient.ts";
import { openV1 } from "./open-v1.ts";
import { orderedContext, parseContext, type SealContext } from "./seal-context.ts";
import type { StoreKey } from "./store-key.ts";

export type Opened =
  | {
      readonly kind: "opened";
      readonly context: SealContext;
      readonly plaintext: Uint8Array;
      /** `recipientsFingerprint` of the operators' keys that open the file too. */
      readonly recipients: string;
    }
  | { readonly kind: "damaged"; readonly reason: string }
  | { readonly kind: "other_key"; readonly key_id: string };

const STANZA = "mpc-recovery-store-key/v1";
const NONCE_BYTES = 24;
const WRAPPED_BYTES = NONCE_BYTES + 16 + 16;
const MAX_CONTEXT_CHARACTERS = 2_048;
const AGE_MAGIC = Buffer.from("age-encryption.org/v1\n");

/**
 * Seals bytes as a file of the age format: the contents under a fresh data key, and that key wrapped once to the store
 * key (XChaCha20-Poly1305, the context as associated data) and once to each recipient. The stock `age` tool opens the
 * file with the identity of any recipient; it passes over the stanza of the store key.
 *
 * @param recipients X25519 recipients `age1…`; see `isAgeRecipient`
 */
export async function seal(
  key: StoreKey,
  context: SealContext,
  plaintext: Uint8Array,
  recipients: readonly string[],
): Promise<Uint8Array> {
  const encrypter = new Encrypter();
  encrypter.addRecipient({ wrapFileKey: (dataKey) => wrap(key, context, recipients, dataKey) });
  for (const recipient of new Set(recipients)) encrypter.addRecipient(recipient);
  return encrypter.encrypt(plaintext);
}

/** Seals bytes to recipients only, for a copy that leaves the machine: no key of this program opens it. */
export async function sealToRecipients(
  plaintext: Uint8Array,
  recipients: readonly string[],
): Promise<Uint8Array> {
  if (recipients.length === 0) throw new RangeError("expected at least one age recipient, found none");
  const encrypter = new Encrypter();
  for (const recipient of new Set(recipients)) encrypter.addRecipient(recipient);
  return encrypter.encrypt(plaintext);
}

/**
 * Opens a sealed file with the store key. A torn or changed file is `damaged`; which of both can't be told. A caller
 * must still compare `context` with what it expected.
 */
export async function open(key: StoreKey, file: Uint8Array): Promise<Opened> {
  if (!startsWith(file, AGE_MAGIC)) return openV1(key, file);
  const seen: { header: Unwrapped } = { header: { kind: "damaged", reason: "the file's head is cut off" } };
  const decrypter = new Decrypter();
  decrypter.addIdentity({
    unwrapFileKey(stanzas: readonly Stanza[]) {
      seen.header = unwrap(key, stanzas);
      return seen.header.kind === "unwrapped" ? seen.header.dataKey : null;
    },
  });
  const plaintext = await decrypter.decrypt(file).catch(() => undefined);
  const { header } = seen;
  if (header.kind !== "unwrapped") return header;
  if (plaintext === undefined)
    return { kind: "damaged", reason: "the file is cut off or its contents were changed" };
  return { kind: "opened", context: header.context, plaintext, recipients: header.recipients };
}

type Unwrapped =
  | {
      readonly kind: "unwrapped";
      readonly dataKey: Uint8Array;
      readonly context: SealContext;
      readonly recipients: string;
    }
  | Exclude<Opened, { kind: "opened" }>;

function wrap(
  key: StoreKey,
  context: SealContext,
  recipients: readonly string[],
  dataKey: Uint8Array,
): Stanza[] {
  const facts = { ...orderedContext(context), recipients: recipientsFingerprint(recipients) };
  const args = [STANZA, key.id, Buffer.from(JSON.stringify(facts)).toString("base64url")];
  const nonce = randomBytes(NONCE_BYTES);
  const box = xchacha20poly1305(key.bytes, nonce, associatedData(args)).encrypt(dataKey);
  return [new Stanza(args, Buffer.concat([nonce, box]))];
}

function unwrap(key: StoreKey, stanzas: readonly Stanza[]): Unwrapped {
  const stanza = stanzas.find(({ args }) => args[0] === STANZA);
  if (stanza === undefined) return { kind: "damaged", reason: "the store key's stanza is missing" };
  const [, keyId = "", facts = ""] = stanza.args;
  const parsed = parseFacts(facts);
  if (parsed === undefined || stanza.args.length !== 3 || stanza.body.length !== WRAPPED_BYTES)
    return { kind: "damaged", reason: "the store key's stanza isn't of the known form" };
  if (keyId !== key.id) return { kind: "other_key", key_id: keyId };
  try {
    const nonce = stanza.body.subarray(0, NONCE_BYTES);
    const box = stanza.body.subarray(NONCE_BYTES);
    const dataKey = xchacha20poly1305(key.bytes, nonce, associatedData(stanza.args)).decrypt(box);
    return { kind: "unwrapped", dataKey, ...parsed };
  } catch {
    return { kind: "damaged", reason: "the wrapped data key was changed" };
  }
}

function associatedData(args: readonly string[]): Uint8Array {
  return Buffer.from(args.join(" "));
}

function parseFacts(text: string): { context: SealContext; recipients: string } | undefined {
  if (text.length > MAX_CONTEXT_CHARACTERS) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
    if (typeof value !== "object" || value === null) return undefined;
    const fields = value as Record<string, unknown>;
    const context = parseContext(fields);
    return context !== undefined && typeof fields.recipients === "string"
      ? { context, recipients: fields.recipients }
      : undefined;
  } catch {
    return undefined;
  }
}

function startsWith(bytes: Uint8Array, start: Uint8Array): boolean {
  return Buffer.compare(bytes.subarray(0, start.length), start) === 0;
}
