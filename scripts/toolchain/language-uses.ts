import { createRequire } from "node:module";

interface Parser {
  parseSync(code: string, options: object): object | null;
}

const babel = createRequire(import.meta.url)("@babel/core") as Parser;

/** Parts of the language that are left out of a contract which doesn't use them; numbered as in trim.c. */
const USES = { regExp: 1, generators: 2, powers: 4 } as const;

/**
 * Sum of the parts that the code uses: regular expressions (or the name `RegExp`), generators, powers (`**` or `pow`). Of
 * texts only the name `pow` counts, by which it may be looked up.
 */
export function languageUses(code: string): number {
  const tree = babel.parseSync(code, { babelrc: false, configFile: false, sourceType: "module" });
  let uses = 0;
  JSON.stringify(tree, (_, value) => {
    uses |= usesOf(value);
    return value;
  });
  return uses;
}

function usesOf(node: unknown): number {
  if (typeof node !== "object" || node === null) return 0;
  const { type, name, value, generator, operator } = node as Readonly<Record<string, unknown>>;
  if (type === "RegExpLiteral" || (type === "Identifier" && name === "RegExp")) return USES.regExp;
  const isPow = (type === "Identifier" && name === "pow") || (type === "StringLiteral" && value === "pow");
  if (operator === "**" || operator === "**=" || isPow) return USES.powers;
  return generator === true ? USES.generators : 0;
}
