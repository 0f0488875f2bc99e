import type { Expr } from "./nodes.js";

/** The operands of a node, in order. */
export function childrenOf(expr: Expr): readonly Expr[] {
  switch (expr.op) {
    case "column":
    case "literal":
      return [];
    case "compare":
    case "arithmetic":
      return [expr.left, expr.right];
    case "and":
    case "or":
    case "call":
      return expr.args;
    case "not":
    case "in":
    case "is-null":
    case "negate":
    case "wrap-between":
    case "within-time":
      return [expr.arg];
  }
}

/** The node over other operands; itself where none changed. */
function withChildren(expr: Expr, children: readonly Expr[]): Expr {
  if (childrenOf(expr).every((child, i) => child === children[i])) return expr;
  switch (expr.op) {
    case "column":
    case "literal":
      return expr;
    case "compare":
    case "arithmetic":
      return { ...expr, left: children[0] as Expr, right: children[1] as Expr };
    case "and":
    case "or":
    case "call":
      return { ...expr, args: children };
    default:
      return { ...expr, arg: children[0] as Expr };
  }
}

/** The one traversal: operands first, then the node over what became of them. */
export function rewriteExpr(expr: Expr, rewrite: (expr: Expr) => Expr): Expr {
  const children = childrenOf(expr);
  if (children.length === 0) return rewrite(expr);
  return rewrite(
    withChildren(
      expr,
      children.map((child) => rewriteExpr(child, rewrite)),
    ),
  );
}

/** Names of the columns that an expression reads, each once, in order of appearance. */
export function columnsOf(expr: Expr): string[] {
  const names = new Set<string>();
  const visit = (node: Expr): void => {
    if (node.op === "column") names.add(node.name);
    for (const child of childrenOf(node)) visit(child);
  };
  visit(expr);
  return [...names];
}

/** The terms of a conjunction, nested ones too; the expression itself where it is none. */
export function conjunctsOf(expr: Expr): readonly Expr[] {
  return expr.op === "and" ? expr.args.flatMap(conjunctsOf) : [expr];
}

/** All of them; null: none, which is true. */
export function conjoin(terms: readonly Expr[]): Expr | null {
  const [first, ...rest] = terms;
  if (!first) return null;
  return rest.length === 0 ? first : { op: "and", args: terms };
}

export function renameColumns(expr: Expr, rename: (name: string) => string): Expr {
  return rewriteExpr(expr, (node) => (node.op === "column" ? { op: "column", name: rename(node.name) } : node));
}
