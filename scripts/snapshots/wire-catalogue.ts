import {
  BACKUP_SERVICE_METHODS,
  type CallSpec,
  METHODS,
  NODE_METHODS,
  type ViewSpec,
} from "../../contract/src/interface/methods.ts";
import type { AnySchema } from "../../contract/src/interface/schema.ts";

/** Every method with its deposit, gas, arguments and answer: the public contract with every client, as text. */
export function wireCatalogue(): string {
  const methods = Object.entries(METHODS).map(([name, spec]) => describeMethod(name, spec));
  const roles = [
    `node access key: ${NODE_METHODS.join(", ")}`,
    `backup service access key: ${BACKUP_SERVICE_METHODS.join(", ")}`,
  ];
  return `${[...methods, ...roles].join("\n\n")}\n`;
}

/** One line of TypeScript-like notation for a schema. */
export function describeSchema(schema: AnySchema): string {
  switch (schema.type) {
    case "text":
      return schema.format;
    case "integer":
      return schema.maximum === Number.MAX_SAFE_INTEGER ? "integer" : `integer<=${schema.maximum}`;
    case "bytes":
      return `bytes[${schema.length}]`;
    case "boolean":
      return "boolean";
    case "choice":
      return schema.values.map((value) => JSON.stringify(value)).join("|");
    case "object":
      return `{${[...fields(schema.fields, ""), ...fields(schema.optional, "?")].join(", ")}}`;
    case "list":
      return `${describeSchema(schema.item)}[<=${schema.maximum}]`;
    case "tuple":
      return `[${schema.items.map(describeSchema).join(", ")}]`;
    case "map":
      return `{[key]: ${describeSchema(schema.value)}}<=${schema.maximum}`;
    case "nullable":
      return `${describeSchema(schema.value)}|null`;
    case "tagged":
      return Object.entries(schema.variants)
        .map(([name, value]) =>
          value === null ? JSON.stringify(name) : `{${name}: ${describeSchema(value)}}`,
        )
        .join(" | ");
  }
}

function fields(record: Readonly<Record<string, AnySchema>>, mark: "" | "?"): string[] {
  return Object.entries(record).map(([name, schema]) => `${name}${mark}: ${describeSchema(schema)}`);
}

function describeMethod(name: string, spec: CallSpec | ViewSpec): string {
  const args = describeSchema(spec.args);
  if (spec.kind === "view") return `view ${name}${args}\n  -> ${describeSchema(spec.result)}`;
  return `call ${name}${args}\n  caller ${spec.caller}; deposit ${spec.deposit}; gas ${spec.gas}; states ${spec.states.join(", ")}`;
}
