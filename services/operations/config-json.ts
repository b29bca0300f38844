/** A JSON value that knows the line it stands on, counted from 1. */
export type ConfigNode =
  | { readonly kind: "scalar"; readonly line: number; readonly value: string | number | boolean | null }
  | { readonly kind: "list"; readonly line: number; readonly items: readonly ConfigNode[] }
  | { readonly kind: "object"; readonly line: number; readonly fields: ReadonlyMap<string, ConfigNode> };

/** Thrown for a config that isn't what it should be; `line` is exact. */
export class ConfigInvalid extends Error {
  override readonly name = "ConfigInvalid";
  readonly code = "CONFIG_INVALID";
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

const MAX_DEPTH = 16;

interface Cursor {
  readonly text: string;
  at: number;
}

/**
 * Parses JSON in which lines that start with `//` (after blanks) are comments. Fields that occur twice are refused.
 *
 * @throws ConfigInvalid
 */
export function parseConfigJson(text: string): ConfigNode {
  const cursor = { text: withoutComments(text), at: 0 };
  const node = parseValue(cursor, 0);
  skipBlanks(cursor);
  if (cursor.at < cursor.text.length) throw unexpected(cursor, "nothing after the closing brace");
  return node;
}

// Only whole lines: `//` inside a line is part of a URL more often than it is a comment.
function withoutComments(text: string): string {
  return text.replace(/^\uFEFF/, "").replace(/^[ \t]*\/\/.*$/gm, "");
}

function parseValue(cursor: Cursor, depth: number): ConfigNode {
  skipBlanks(cursor);
  if (depth > MAX_DEPTH) throw unexpected(cursor, `at most ${MAX_DEPTH} levels`);
  const char = cursor.text[cursor.at];
  if (char === "{") return parseObject(cursor, depth);
  if (char === "[") return parseList(cursor, depth);
  return parseScalar(cursor);
}

function parseObject(cursor: Cursor, depth: number): ConfigNode {
  const line = lineOf(cursor);
  const fields = new Map<string, ConfigNode>();
  parseItems(cursor, "}", () => {
    const key = parseScalar(cursor);
    const name = key.value;
    if (typeof name !== "string") throw new ConfigInvalid(key.line, "expected a field name in double quotes");
    if (fields.has(name)) throw new ConfigInvalid(key.line, `"${name}" occurs twice`);
    skipBlanks(cursor);
    if (cursor.text[cursor.at] !== ":") throw unexpected(cursor, `a colon after "${name}"`);
    cursor.at += 1;
    fields.set(name, parseValue(cursor, depth + 1));
  });
  return { kind: "object", line, fields };
}

function parseList(cursor: Cursor, depth: number): ConfigNode {
  const line = lineOf(cursor);
  const items: ConfigNode[] = [];
  parseItems(cursor, "]", () => items.push(parseValue(cursor, depth + 1)));
  return { kind: "list", line, items };
}

function parseItems(cursor: Cursor, close: "}" | "]", parseItem: () => void): void {
  cursor.at += 1;
  skipBlanks(cursor);
  if (cursor.text[cursor.at] === close) {
    cursor.at += 1;
    return;
  }
  for (;;) {
    skipBlanks(cursor);
    parseItem();
    skipBlanks(cursor);
    const char = cursor.text[cursor.at];
    if (char !== "," && char !== close) throw unexpected(cursor, `a comma or "${close}"`);
    cursor.at += 1;
    if (char === close) return;
  }
}

const SCALAR = /"(?:[^"\\\n]|\\.)*"|-?[0-9][0-9.eE+-]*|true|false|null/y;

function parseScalar(cursor: Cursor): ConfigNode & { kind: "scalar" } {
  const line = lineOf(cursor);
  SCALAR.lastIndex = cursor.at;
  const [token] = SCALAR.exec(cursor.text) ?? [];
  if (token === undefined) throw unexpected(cursor, "a value");
  try {
    const value = JSON.parse(token) as string | number | boolean | null;
    cursor.at += token.length;
    return { kind: "scalar", line, value };
  } catch {
    throw unexpected(cursor, "a value");
  }
}

function skipBlanks(cursor: Cursor): void {
  while (/[ \t\r\n]/.test(cursor.text[cursor.at] ?? "")) cursor.at += 1;
}

function lineOf({ text, at }: Cursor): number {
  return text.slice(0, at).split("\n").length;
}

function unexpected(cursor: Cursor, expected: string): ConfigInvalid {
  const char = cursor.text[cursor.at];
  const found = char === undefined ? "the end of the file" : JSON.stringify(char);
  return new ConfigInvalid(lineOf(cursor), `expected ${expected}, found ${found}`);
}
