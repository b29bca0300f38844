import { ConfigInvalid, type ConfigNode } from "./config-json.ts";

/** Reads the fields of one config object; every reader throws ConfigInvalid with the line at fault. */
export interface ConfigFields {
  /** Text that `pattern` matches as a whole; `shape` names it in the error. */
  text(name: string, pattern: RegExp, shape: string): string;
  textOr(name: string, pattern: RegExp, shape: string, otherwise: string): string;
  texts(name: string, pattern: RegExp, shape: string): readonly string[];
  integer(name: string, min: number, max: number): number;
  integerOr(name: string, min: number, max: number, otherwise: number): number;
  flagOr(name: string, otherwise: boolean): boolean;
  section(name: string): ConfigFields;
  /** Refuses fields that nothing asked for; to be called last. */
  end(): void;
}

/** @param at where the object stands, for instance `rpc`; empty for the whole config */
export function configFields(node: ConfigNode, at = ""): ConfigFields {
  const where = (name: string) => (at === "" ? `"${name}"` : `"${at}.${name}"`);
  if (node.kind !== "object") throw new ConfigInvalid(node.line, `${at || "the config"}: expected an object`);
  const asked = new Map<string, ConfigFields | undefined>();
  const optional = (name: string) => {
    if (!asked.has(name)) asked.set(name, undefined);
    return node.fields.get(name);
  };
  const required = (name: string) => {
    const field = optional(name);
    if (field === undefined) throw new ConfigInvalid(node.line, `${where(name)} is missing`);
    return field;
  };
  const textOf = (name: string, field: ConfigNode, pattern: RegExp, shape: string) => {
    const value = field.kind === "scalar" ? field.value : undefined;
    if (typeof value === "string" && pattern.test(value)) return value;
    throw new ConfigInvalid(field.line, `${where(name)}: expected ${shape}, found ${describe(field)}`);
  };
  const integerOf = (name: string, field: ConfigNode, min: number, max: number) => {
    const value = field.kind === "scalar" ? field.value : undefined;
    if (typeof value === "number" && Number.isInteger(value) && value >= min && value <= max) return value;
    const shape = `a whole number from ${min} to ${max}`;
    throw new ConfigInvalid(field.line, `${where(name)}: expected ${shape}, found ${describe(field)}`);
  };
  const fields: ConfigFields = {
    text: (name, pattern, shape) => textOf(name, required(name), pattern, shape),
    textOr: (name, pattern, shape, otherwise) => {
      const field = optional(name);
      return field === undefined ? otherwise : textOf(name, field, pattern, shape);
    },
    texts(name, pattern, shape) {
      const field = required(name);
      if (field.kind !== "list" || field.items.length === 0) {
        throw new ConfigInvalid(
          field.line,
          `${where(name)}: expected a list of ${shape}, found ${describe(field)}`,
        );
      }
      return field.items.map((item) => textOf(name, item, pattern, shape));
    },
    integer: (name, min, max) => integerOf(name, required(name), min, max),
    integerOr: (name, min, max, otherwise) => {
      const field = optional(name);
      return field === undefined ? otherwise : integerOf(name, field, min, max);
    },
    flagOr(name, otherwise) {
      const field = optional(name);
      if (field === undefined) return otherwise;
      if (field.kind === "scalar" && typeof field.value === "boolean") return field.value;
      throw new ConfigInvalid(field.line, `${where(name)}: expected true or false, found ${describe(field)}`);
    },
    section(name) {
      const section = configFields(required(name), at === "" ? name : `${at}.${name}`);
      asked.set(name, section);
      return section;
    },
    end() {
      for (const [name, field] of node.fields) {
        if (!asked.has(name))
          throw new ConfigInvalid(field.line, unknownField(where(name), [...asked.keys()]));
      }
      for (const section of asked.values()) section?.end();
    },
  };
  return fields;
}

function unknownField(where: string, known: readonly string[]): string {
  return `${where} is unknown; known here: ${known.join(", ")}`;
}

function describe(node: ConfigNode): string {
  switch (node.kind) {
    case "scalar":
      return JSON.stringify(node.value);
    case "list":
      return node.items.length === 0 ? "an empty list" : "a list";
    case "object":
      return "an object";
  }
}
