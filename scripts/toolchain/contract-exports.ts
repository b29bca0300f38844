import type {
  ClassDeclaration,
  ClassMethod,
  Decorator,
  Identifier,
  Node,
  Plugin,
  StatementPath,
  Types,
} from "./babel-ast.ts";

const CLASS_DECORATOR = "NearBindgen";
const METHOD_DECORATORS = ["call", "view", "initialize", "migrate"];

/**
 * Babel plugin: takes the exported class decorated with near-sdk-js's `@NearBindgen` and exports its instance, made
 * while the module body runs, which is at build time, under the name of every method decorated with `@call`, `@view`,
 * `@initialize` or `@migrate`; the engine calls the method of that name on it (`engine_method` of lifecycle.c).
 * Decoding, checks and saving are up to the contract. The decorators are markers and leave no code; the class is no
 * export any more.
 */
export function contractExports({ types }: { types: Types }): Plugin {
  return {
    name: "contract-exports",
    visitor: {
      Program(program) {
        for (const statement of program.get("body")) exposeClass(types, statement);
      },
    },
  };
}

function exposeClass(t: Types, statement: StatementPath): void {
  const declaration = decoratedClass(t, statement.node);
  if (!declaration?.id) return;
  declaration.decorators = null;
  const methods = declaration.body.body.filter((m) => t.isClassMethod(m)).filter((m) => takeMarker(t, m));
  const instance = t.identifier("contractInstance");
  const created = t.newExpression(t.identifier(declaration.id.name), []);
  statement.replaceWithMultiple([
    declaration,
    t.variableDeclaration("const", [t.variableDeclarator(instance, created)]),
    ...methods.map((method) => exportedInstance(t, instance, plainName(t, method))),
  ]);
}

function decoratedClass(t: Types, statement: Node): ClassDeclaration | null {
  if (!t.isExportNamedDeclaration(statement) || !t.isClassDeclaration(statement.declaration)) return null;
  const { declaration } = statement;
  const marked = (declaration.decorators ?? []).some((d) => decoratorName(t, d) === CLASS_DECORATOR);
  return marked ? declaration : null;
}

function exportedInstance(t: Types, instance: Identifier, name: string): Node {
  const declarator = t.variableDeclarator(t.identifier(name), instance);
  return t.exportNamedDeclaration(t.variableDeclaration("const", [declarator]));
}

function plainName(t: Types, method: ClassMethod): string {
  const plain = !method.computed && !method.static && method.kind === "method" && t.isIdentifier(method.key);
  if (!plain)
    throw new Error("a contract method must have a plain name and be neither static nor an accessor");
  return (method.key as Identifier).name;
}

/** Removes the marker from a method; true when it had one. */
function takeMarker(t: Types, method: ClassMethod): boolean {
  const decorators = method.decorators ?? [];
  const others = decorators.filter((d) => !METHOD_DECORATORS.includes(decoratorName(t, d)));
  method.decorators = others.length > 0 ? others : null;
  return others.length < decorators.length;
}

function decoratorName(t: Types, decorator: Decorator): string {
  const { expression } = decorator;
  const callee = t.isCallExpression(expression) ? expression.callee : expression;
  return t.isIdentifier(callee) ? callee.name : "";
}
