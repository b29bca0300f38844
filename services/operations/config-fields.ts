import { ConfigInvalid, type ConfigNode } from "./config-json.ts";

/** What a text must match as a whole: a regular expression or something like one. */
export type TextPattern = Pick<RegExp, "test">;

/** Reads the fields of one config object; every reader throws ConfigInvalid with the line at fault. */
export interface ConfigFields {
  /** Text that `pattern` matches as a whole; `shape` names it in the error. */
  text(name: string, pattern: TextPattern, shape: string): string;
  textOr(name: string, pattern: TextPattern, shape: string, otherwise: string): string;
  /** A list of at least one text. */
  texts(name: string, pattern: TextPattern, shape: string): readonly string[];
  /** A list of at most `max` texts, empty when the field is missing. */
  textsOrNone(name: string, pattern: TextPattern, shape: string, max: number): readonly string[];
  integer(name: string, min: number, max: number): number;
  integerOr(name: string, min: number, max: number, otherwise: number): number;
  flagOr(name: string, otherwise: boolean): boolean;
  section(name: string): ConfigFields;
  /** Refuses fields that nothing asked for, in sections too; to be called last. */
  end(): void;
}

/** @param at where the object stands, for instance `rpc`; empty for the whole config */
export function configFields(node: ConfigNode, at = ""): ConfigFields {
  if (node.kind !== "object") throw new ConfigInvalid(node.line, `${at || "the config"}: expected an object`);
  const sections = new Map<string, ConfigFields>();
  const asked = new Set<string>();
  const find = (name: string): Field | undefined => {
    asked.add(name);
    const value = node.fields.get(name);
    return value === undefined ? undefined : { where: place(at, name), value };
  };
  const need = (name: string): Field => {
    const field = find(name);
    if (field === undefined) throw new ConfigInvalid(node.line, `${place(at, name)} is missing`);
    return field;
  };
  const or = <Value>(name: string, read: (field: Field) => Value, otherwise: Value): Value => {
    const field = find(name);
    return field === undefined ? otherwise : read(field);
  };
  return {
    text: (name, pattern, shape) => readText(need(name), pattern, shape),
    textOr: (name, pattern, shape, otherwise) =>
      or(name, (field) => readText(field, pattern, shape), otherwise),
    texts: (name, pattern, shape) => readTexts(need(name), pattern, shape),
    textsOrNone: (name, pattern, shape, max) =>
      or(name, (field) => readAtMost(field, pattern, shape, max), []),
    integer: (name, min, max) => readInteger(need(name), min, max),
    integerOr: (name, min, max, otherwise) => or(name, (field) => readInteger(field, min, max), otherwise),
    flagOr: (name, otherwise) => or(name, readFlag, otherwise),
    section(name) {
      const section = configFields(need(name).value, at === "" ? name : `${at}.${name}`);
      sections.set(name, section);
      return section;
    },
    end() {
      refuseUnknown(node, at, asked);
      for (const section of sections.values()) section.end();
    },
  };
}

interface Field {
  readonly where: string;
  readonly value: ConfigNode;
}

function readText({ where, value }: Field, pattern: TextPattern, shape: string): string {
  const text = value.kind === "scalar" ? value.value : undefined;
  if (typeof text === "string" && pattern.test(text)) return text;
  throw unfit({ where, value }, shape);
}

function readTexts(field: Field, pattern: TextPattern, shape: string): readonly string[] {
  const { where, value } = field;
  if (value.kind !== "list" || value.items.length === 0) throw unfit(field, `a list of ${shape}`);
  return value.items.map((item) => readText({ where, value: item }, pattern, shape));
}

function readAtMost(field: Field, pattern: TextPattern, shape: string, max: number): readonly string[] {
  const { where, value } = field;
  if (value.kind !== "list" || value.items.length > max)
    throw unfit(field, `a list of at most ${max} ${shape}`);
  return value.items.map((item) => readText({ where, value: item }, pattern, shape));
}

function readInteger({ where, value }: Field, min: number, max: number): number {
  const number = value.kind === "scalar" ? value.value : undefined;
  if (typeof number === "number" && Number.isInteger(number) && number >= min && number <= max) return number;
  throw unfit({ where, value }, `a whole number from ${min} to ${max}`);
}

function readFlag({ where, value }: Field): boolean {
  if (value.kind === "scalar" && typeof value.value === "boolean") return value.value;
  throw unfit({ where, value }, "true or false");
}

function refuseUnknown(node: ConfigNode & { kind: "object" }, at: string, known: ReadonlySet<string>): void {
  for (const [name, { line }] of node.fields) {
    if (known.has(name)) continue;
    throw new ConfigInvalid(line, `${place(at, name)} is unknown; known here: ${[...known].join(", ")}`);
  }
}

function unfit({ where, value }: Field, shape: string): ConfigInvalid {
  return new ConfigInvalid(value.line, `${where}: expected ${shape}, found ${describe(value)}`);
}

function place(at: string, name: string): string {
  return at === "" ? `"${name}"` : `"${at}.${name}"`;
}

function describe(node: ConfigNode): string {
  switch (node.kind) {
    case "scalar":
      return describeScalar(node.value);
    case "list":
      return node.items.length === 0 ? "an empty list" : "a list";
    case "object":
      return "an object";
  }
}

// The forms of age's and NEAR's secret keys: what was pasted into the wrong place must not end up in a log.
const SECRET = /SECRET-KEY|^ed25519:[1-9A-HJ-NP-Za-km-z]{60,}$/i;
const MAX_SHOWN_CHARACTERS = 100;

function describeScalar(value: string | number | boolean | null): string {
  if (typeof value === "string" && SECRET.test(value)) return "a secret key, which is not shown here";
  const text = JSON.stringify(value);
  return text.length <= MAX_SHOWN_CHARACTERS ? text : `${text.slice(0, MAX_SHOWN_CHARACTERS)}…`;
}
