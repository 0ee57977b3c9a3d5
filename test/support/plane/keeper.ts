import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { describeError } from "../../../src/base/errors.js";
import { crdFiles } from "./crds.js";
import { startPlane } from "./startPlane.js";

/**
 * The process that keeps the control plane of a test run: `keeper ROOT BINARIES FOLDER`. Prints the path of the plane's
 * description, then runs until its stdin closes.
 */
async function main(root: string, binaries: string, folder: string): Promise<void> {
  process.stdin.resume();
  const closed = new Promise((resolve) => process.stdin.once("close", resolve));
  const files = crdFiles(join(root, "test/support/crds"), process.env["POINTSMAN_TEST_CRDS"]);
  const plane = await startPlane({ binaries, folder, crdFiles: files });
  const description = join(folder, "plane.json");
  writeFileSync(description, JSON.stringify(plane.info), { mode: 0o600 });
  process.stdout.write(`${description}\n`);
  await closed;
  await plane.stop();
}

const [, , root = "", binaries = "", folder = ""] = process.argv;
main(root, binaries, folder).catch((thrown: unknown) => {
  process.stderr.write(`${describeError(thrown)}\n`);
  process.exitCode = 1;
  process.stdin.destroy();
});
