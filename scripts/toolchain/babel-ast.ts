/** The parts of Babel's syntax tree and builders that contract-exports.ts uses (@babel/core ships no types). */
export interface Node {
  readonly type: string;
}

export interface Identifier extends Node {
  readonly name: string;
}

export interface Decorator extends Node {
  readonly expression: Node;
}

export interface ClassMethod extends Node {
  readonly key: Node;
  readonly computed: boolean;
  readonly static: boolean;
  readonly kind: string;
  readonly params: readonly Node[];
  readonly body: { readonly body: readonly Node[] };
  decorators?: Decorator[] | null;
}

export interface ClassDeclaration extends Node {
  readonly id: Identifier | null;
  readonly superClass: Node | null;
  readonly body: { body: readonly Node[] };
  decorators?: Decorator[] | null;
}

export interface CallExpression extends Node {
  readonly callee: Node;
  readonly arguments: readonly Node[];
}

export interface ExportNamedDeclaration extends Node {
  readonly declaration: Node | null;
}

export interface StatementPath {
  readonly node: Node;
  replaceWithMultiple(nodes: readonly Node[]): void;
}

export interface ProgramPath {
  get(key: "body"): readonly StatementPath[];
}

export interface Types {
  isIdentifier(node: Node): node is Identifier;
  isClassMethod(node: Node): node is ClassMethod;
  isClassDeclaration(node: Node | null): node is ClassDeclaration;
  isCallExpression(node: Node): node is CallExpression;
  isExpressionStatement(node: Node | undefined): node is Node & { readonly expression: Node };
  isStringLiteral(node: Node | undefined): node is Node & { readonly value: string };
  arrayExpression(elements: readonly Node[]): Node;
  isExportNamedDeclaration(node: Node): node is ExportNamedDeclaration;
  identifier(name: string): Identifier;
  newExpression(callee: Node, args: readonly Node[]): Node;
  exportNamedDeclaration(declaration: Node): Node;
  variableDeclaration(kind: "const", declarations: readonly Node[]): Node;
  variableDeclarator(id: Node, init: Node): Node;
}

export interface Plugin {
  readonly name: string;
  readonly visitor: { Program(program: ProgramPath): void };
}
