import { join } from "node:path";
import * as ts from "typescript";

jest.setTimeout(120_000);

test.each([[true], [false]])("a program of every form compiles, with noUncheckedIndexedAccess %s", (isChecked) => {
  const program = ts.createProgram([join(__dirname, "typed-program.ts")], {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.Node16,
    types: ["node"],
    noUncheckedIndexedAccess: isChecked,
  });
  // The errors of the program's own file: what the package's sources are compiled with is the package's.
  const own = program.getSourceFile(join(__dirname, "typed-program.ts"));
  const errors = ts.getPreEmitDiagnostics(program, own).map(({ messageText }) => messageText);
  expect(errors).toEqual([]);
});
