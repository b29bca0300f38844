/** Borsh of `propose_update`: `{code: Option<Vec<u8>>, config: Option<Config>}`; whole numbers are u64. Source: contract.md §3. */
import { refuse } from "../protocol/errors.ts";
import { DEFAULT_CONFIG, MAX_CODE_BYTES, MAX_NETWORK_ID_BYTES } from "../protocol/limits.ts";
import type { Config } from "../protocol/records.ts";
import { type Base58Decode, requireFormat } from "./text-formats.ts";

export interface ProposedUpdate {
  /** The WebAssembly code; null leaves the code as it is. */
  readonly code: Uint8Array | null;
  /** All settings; null leaves them as they are. */
  readonly config: Config | null;
}

/** The settings in the order in which Borsh has them. */
const SETTINGS = Object.keys(DEFAULT_CONFIG) as readonly (keyof Config)[];

/** The arguments; `code` is a view into `input`. Throws a `Refusal` with INVALID_BORSH or CODE_TOO_LONG. */
export function readProposeUpdate(input: Uint8Array, base58Decode: Base58Decode): ProposedUpdate {
  const reader: Reader = { input, at: 0 };
  const code = readOption(reader) ? readCode(reader) : null;
  const config = readOption(reader) ? readConfig(reader, base58Decode) : null;
  if (reader.at !== input.length) refuseBorsh(reader, "the end of the arguments");
  return { code, config };
}

/** The bytes that `readProposeUpdate` reads. */
export function encodeProposeUpdate({ code, config }: ProposedUpdate): Uint8Array {
  const head = code === null ? [0] : [1, ...littleEndian(code.length, 4)];
  const tail = config === null ? [0] : [1, ...SETTINGS.flatMap((setting) => encodeSetting(config[setting]))];
  const body = code ?? new Uint8Array(0);
  const bytes = new Uint8Array(head.length + body.length + tail.length);
  bytes.set(head, 0);
  bytes.set(body, head.length);
  bytes.set(tail, head.length + body.length);
  return bytes;
}

interface Reader {
  readonly input: Uint8Array;
  at: number;
}

function readCode(reader: Reader): Uint8Array {
  const length = readInteger(reader, 4);
  if (length > MAX_CODE_BYTES) {
    refuse("CODE_TOO_LONG", { found_bytes: length, limit_bytes: MAX_CODE_BYTES });
  }
  return take(reader, length);
}

function readConfig(reader: Reader, base58Decode: Base58Decode): Config {
  const config: Record<string, string | number | boolean> = {};
  for (const setting of SETTINGS) config[setting] = readSetting(reader, setting, base58Decode);
  return config as unknown as Config;
}

function readSetting(
  reader: Reader,
  setting: keyof Config,
  base58Decode: Base58Decode,
): string | number | boolean {
  switch (typeof DEFAULT_CONFIG[setting]) {
    case "boolean":
      return readOption(reader);
    case "string": {
      const length = readInteger(reader, 4);
      if (length > MAX_NETWORK_ID_BYTES) refuseBorsh(reader, `text of at most ${MAX_NETWORK_ID_BYTES} bytes`);
      const value = String.fromCharCode(...take(reader, length));
      requireFormat("network_id", value, `config.${setting}`, base58Decode);
      return value;
    }
    default:
      return readInteger(reader, 8);
  }
}

function readOption(reader: Reader): boolean {
  const [tag] = take(reader, 1);
  if (tag !== 0 && tag !== 1) refuseBorsh(reader, "0 or 1");
  return tag === 1;
}

function readInteger(reader: Reader, bytes: number): number {
  const value = take(reader, bytes).reduceRight((high, byte) => high * 256 + byte, 0);
  if (!Number.isSafeInteger(value)) refuseBorsh(reader, "a number below 2^53");
  return value;
}

function take(reader: Reader, length: number): Uint8Array {
  const { input, at } = reader;
  if (at + length > input.length) refuseBorsh(reader, `${length} more bytes`);
  reader.at = at + length;
  return input.subarray(at, reader.at);
}

function refuseBorsh(reader: Reader, expected: string): never {
  return refuse("INVALID_BORSH", { expected, at_byte: reader.at });
}

function encodeSetting(value: string | number | boolean): number[] {
  switch (typeof value) {
    case "boolean":
      return [value ? 1 : 0];
    case "string":
      return [...littleEndian(value.length, 4), ...Array.from(value, (character) => character.charCodeAt(0))];
    default:
      return littleEndian(value, 8);
  }
}

function littleEndian(value: number, bytes: number): number[] {
  return Array.from({ length: bytes }, (_, at) => Math.floor(value / 256 ** at) % 256);
}
