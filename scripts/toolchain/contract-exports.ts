import type { types as BabelTypes, NodePath, PluginObj } from "@babel/core";

const CLASS_DECORATOR = "NearBindgen";
const METHOD_DECORATORS = ["call", "view", "initialize", "migrate"];

/**
 * Babel plugin: turns the exported class decorated with near-sdk-js's `@NearBindgen` into one exported function for
 * every method decorated with `@call`, `@view`, `@initialize` or `@migrate`. The functions do nothing but call the
 * method on an instance made while the module body runs, which is at build time; decoding, checks and saving are up to
 * the contract. The decorators are markers and leave no code; the class is no export any more.
 */
export function contractExports({ types: t }: { types: typeof BabelTypes }): PluginObj {
  return {
    name: "contract-exports",
    visitor: {
      Program(program) {
        for (const statement of program.get("body")) exposeClass(t, statement);
      },
    },
  };
}

function exposeClass(t: typeof BabelTypes, statement: NodePath<BabelTypes.Statement>): void {
  if (!statement.isExportNamedDeclaration()) return;
  const declaration = statement.node.declaration;
  if (!t.isClassDeclaration(declaration) || !declaration.id) return;
  const decorators = declaration.decorators ?? statement.node.decorators ?? [];
  if (!decorators.some((d) => decoratorName(t, d) === CLASS_DECORATOR)) return;
  const methods = declaration.body.body
    .filter((member) => t.isClassMethod(member))
    .filter((member) => takeMarker(t, member));
  declaration.decorators = null;
  const instance = t.identifier("contractInstance");
  statement.replaceWithMultiple([
    declaration,
    t.variableDeclaration("const", [
      t.variableDeclarator(instance, t.newExpression(t.cloneNode(declaration.id), [])),
    ]),
    ...methods.map((method) => exportedFunction(t, instance, method)),
  ]);
}

function exportedFunction(
  t: typeof BabelTypes,
  instance: BabelTypes.Identifier,
  method: BabelTypes.ClassMethod,
): BabelTypes.ExportNamedDeclaration {
  if (!t.isIdentifier(method.key) || method.computed || method.static || method.kind !== "method") {
    throw new Error(
      "a contract method must be a plain method with a plain name, not static, computed or an accessor",
    );
  }
  const call = t.callExpression(t.memberExpression(t.cloneNode(instance), t.identifier(method.key.name)), []);
  const body = t.blockStatement([t.expressionStatement(call)]);
  return t.exportNamedDeclaration(t.functionDeclaration(t.identifier(method.key.name), [], body));
}

/** Removes the marker from a method; true when it had one. */
function takeMarker(t: typeof BabelTypes, method: BabelTypes.ClassMethod): boolean {
  const decorators = method.decorators ?? [];
  const others = decorators.filter((d) => !METHOD_DECORATORS.includes(decoratorName(t, d)));
  method.decorators = others.length > 0 ? others : null;
  return others.length < decorators.length;
}

function decoratorName(t: typeof BabelTypes, decorator: BabelTypes.Decorator): string {
  const { expression } = decorator;
  const callee = t.isCallExpression(expression) ? expression.callee : expression;
  return t.isIdentifier(callee) ? callee.name : "";
}
