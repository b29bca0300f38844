import { createRequire } from "node:module";

interface Path {
  readonly scope: { hasBinding(name: string, noGlobals: boolean): boolean };
  getBindingIdentifiers(): Readonly<Record<string, unknown>>;
}

interface Babel {
  parseSync(code: string, options: object): object | null;
  traverse(tree: object, visitor: Readonly<Record<string, (path: Path) => void>>): void;
}

const babel = createRequire(import.meta.url)("@babel/core") as Babel;

/**
 * Throws where code assigns to a name that it doesn't declare. Functions find built-ins by their number (`bytecode.h`), so
 * they wouldn't see what was put in the place of one.
 */
export function refuseReplacedGlobals(code: string): void {
  const tree = babel.parseSync(code, { babelrc: false, configFile: false, sourceType: "module" });
  const check = (path: Path): void => {
    for (const name of Object.keys(path.getBindingIdentifiers()))
      if (!path.scope.hasBinding(name, true))
        throw new Error(
          `the bundled contract assigns to ${name}, which it doesn't declare; declare it, or take another name`,
        );
  };
  if (tree) babel.traverse(tree, { AssignmentExpression: check, UpdateExpression: check });
}
