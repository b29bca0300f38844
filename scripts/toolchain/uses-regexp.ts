import { createRequire } from "node:module";

interface Parser {
  parseSync(code: string, options: object): object | null;
}

const babel = createRequire(import.meta.url)("@babel/core") as Parser;

/** Whether the code has regular expression literals or names `RegExp`; strings don't count. */
export function usesRegExp(code: string): boolean {
  const tree = babel.parseSync(code, { babelrc: false, configFile: false, sourceType: "module" });
  return JSON.stringify(tree, (_, value) => (isRegExp(value) ? FOUND : value)).includes(FOUND);
}

const FOUND = "\u0000regexp";

function isRegExp(node: unknown): boolean {
  if (typeof node !== "object" || node === null) return false;
  const { type, name } = node as { type?: unknown; name?: unknown };
  return type === "RegExpLiteral" || (type === "Identifier" && name === "RegExp");
}
