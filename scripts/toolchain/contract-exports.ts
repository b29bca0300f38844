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
 * A method that does nothing but call a function of the module with one text leaves no code of its own: its export is
 * the list of that function and the text, which the engine calls by itself.
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
  const gone: readonly Node[] = methods.filter((method) => forwarded(t, method) !== null);
  declaration.body.body = declaration.body.body.filter((member) => !gone.includes(member));
  const isEmpty = declaration.body.body.length === 0 && !declaration.superClass;
  const made = t.variableDeclaration("const", [t.variableDeclarator(instance, created)]);
  statement.replaceWithMultiple([
    ...(isEmpty ? [] : [declaration, made]),
    ...methods.map((method) => exported(t, plainName(t, method), forwarded(t, method) ?? instance)),
  ]);
}

/** `[f, "text"]` of a method `m() { f("text"); }`. */
function forwarded(t: Types, { params, body }: ClassMethod): Node | null {
  const [statement, ...others] = body.body;
  if (params.length + others.length > 0 || !t.isExpressionStatement(statement)) return null;
  const { expression } = statement;
  if (!t.isCallExpression(expression) || !t.isIdentifier(expression.callee)) return null;
  const [text, ...rest] = expression.arguments;
  if (rest.length > 0 || !t.isStringLiteral(text)) return null;
  return t.arrayExpression([expression.callee, text]);
}

function decoratedClass(t: Types, statement: Node): ClassDeclaration | null {
  if (!t.isExportNamedDeclaration(statement) || !t.isClassDeclaration(statement.declaration)) return null;
  const { declaration } = statement;
  const marked = (declaration.decorators ?? []).some((d) => decoratorName(t, d) === CLASS_DECORATOR);
  return marked ? declaration : null;
}

function exported(t: Types, name: string, value: Node): Node {
  const declarator = t.variableDeclarator(t.identifier(name), value);
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
