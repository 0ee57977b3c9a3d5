/** Writes config/*.schema.json anew, with the command `schema` of a fresh build. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";

await import("./ensure-build.mjs");
const files = { configuration: "controller", routemap: "routemap", routetemplate: "routetemplate" };
for (const [document, file] of Object.entries(files)) {
  const text = execFileSync(process.execPath, ["dist/pointsman.mjs", "schema", document], { encoding: "utf8" });
  writeFileSync(`config/${file}.schema.json`, text);
}
