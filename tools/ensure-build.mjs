/** Builds dist/pointsman.mjs when it is missing or older than anything it is made from. */
import { readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

function changedAt(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function newestIn(folder) {
  // A deleted or renamed file changes its folder's time only, so folders count too.
  const entries = readdirSync(folder, { recursive: true });
  return Math.max(changedAt(folder), ...entries.map((entry) => changedAt(join(folder, entry))));
}

const sources = ["src", "config"].map((name) => newestIn(join(root, name)));
const recipes = ["package.json", "package-lock.json", "tools/build.mjs"].map((name) => changedAt(join(root, name)));
if (changedAt(join(root, "dist/pointsman.mjs")) < Math.max(...sources, ...recipes)) {
  process.chdir(root);
  await import("./build.mjs");
}
