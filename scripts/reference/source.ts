/** What only the source says of a registered function: its builder, its limit and its docstring. */
import { readFileSync } from "node:fs";
import ts from "typescript";

export interface Declaration {
  name: string;
  /** The callee: `userQuery`, `staffMutation`, `v.object`, … */
  builder: string;
  limit: string | null;
  /** The docstring as one paragraph of Markdown; empty if there is none. */
  doc: string;
  /** Docstrings of the fields of an object validator that is written out where it is declared. */
  fields: Record<string, string>;
}

/** Every `export const x = builder(…)` of a file, in its order. */
export function declarationsOf(file: string): Declaration[] {
  const source = ts.createSourceFile(
    file,
    readFileSync(file, "utf8"),
    ts.ScriptTarget.Latest,
    true,
  );
  return source.statements.flatMap((statement) => {
    if (!ts.isVariableStatement(statement) || !isExported(statement)) return [];
    return statement.declarationList.declarations.flatMap(({ name, initializer }) => {
      if (!ts.isIdentifier(name) || initializer === undefined || !ts.isCallExpression(initializer))
        return [];
      return [
        {
          name: name.text,
          builder: initializer.expression.getText(source),
          limit: textProperty(initializer.arguments[0], "limit"),
          doc: docOf(statement),
          fields: fieldDocs(initializer.arguments[0]),
        },
      ];
    });
  });
}

function isExported(statement: ts.VariableStatement): boolean {
  return statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true;
}

function docOf(node: ts.Node): string {
  return ts
    .getJSDocCommentsAndTags(node)
    .filter(ts.isJSDoc)
    .map(({ comment }) =>
      typeof comment === "string" ? comment : ts.getTextOfJSDocComment(comment),
    )
    .join(" ")
    .replace(/\s+/g, " ")
    .trim();
}

function properties(argument: ts.Expression | undefined): ts.PropertyAssignment[] {
  if (argument === undefined || !ts.isObjectLiteralExpression(argument)) return [];
  return argument.properties.filter(ts.isPropertyAssignment);
}

function textProperty(argument: ts.Expression | undefined, wanted: string): string | null {
  for (const { name, initializer } of properties(argument)) {
    if (name.getText() === wanted && ts.isStringLiteral(initializer)) return initializer.text;
  }
  return null;
}

function fieldDocs(argument: ts.Expression | undefined): Record<string, string> {
  return Object.fromEntries(
    properties(argument).flatMap((property) => {
      const doc = docOf(property);
      return doc === "" ? [] : [[property.name.getText(), doc]];
    }),
  );
}
