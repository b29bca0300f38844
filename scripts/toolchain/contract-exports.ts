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
 * Babel plugin: turns the exported class decorated with near-sdk-js's `@NearBindgen` into one exported function for
 * every method decorated with `@call`, `@view`, `@initialize` or `@migrate`. The functions do nothing but call the
 * method on an instance made while the module body runs, which is at build time; decoding, checks and saving are up to
 * the contract. The decorators are markers and leave no code; the class is no export any more.
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
    ...methods.map((method) => exportedFunction(t, instance.name, method)),
  ]);
}

function decoratedClass(t: Types, statement: Node): ClassDeclaration | null {
  if (!t.isExportNamedDeclaration(statement) || !t.isClassDeclaration(statement.declaration)) return null;
  const { declaration } = statement;
  const marked = (declaration.decorators ?? []).some((d) => decoratorName(t, d) === CLASS_DECORATOR);
  return marked ? declaration : null;
}

function exportedFunction(t: Types, instance: string, method: ClassMethod): Node {
  const name = plainName(t, method);
  const call = t.callExpression(t.memberExpression(t.identifier(instance), t.identifier(name)), []);
  const body = t.blockStatement([t.expressionStatement(call)]);
  return t.exportNamedDeclaration(t.functionDeclaration(t.identifier(name), [], body));
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
