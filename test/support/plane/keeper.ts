import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { describeError } from "../../../src/base/errors.js";
import { renderedFile } from "../install/account.js";
import { applyManifest } from "../install/apply.js";
import { one, render, renderText } from "../install/render.js";
import { crdFiles, ourDefinitions } from "./crds.js";
import type { RunningPlane } from "./startPlane.js";
import { startPlane } from "./startPlane.js";

/**
 * The process that keeps the control plane of a test run: `keeper ROOT BINARIES FOLDER`. Prints the path of the plane's
 * description, then runs until its stdin closes.
 */
async function main(root: string, binaries: string, folder: string): Promise<void> {
  process.stdin.resume();
  const closed = new Promise((resolve) => process.stdin.once("close", resolve));
  const files = crdFiles(ourDefinitions(root), process.env["POINTSMAN_TEST_CRDS"]);
  const plane = await startPlane({ binaries, folder, crdFiles: files });
  await prepareInstallation(plane, root, folder);
  const description = join(folder, "plane.json");
  writeFileSync(description, JSON.stringify(plane.info), { mode: 0o600 });
  process.stdout.write(`${description}\n`);
  await closed;
  await plane.stop();
}

/** Leaves what the installations of single namespaces are made of: the rendered overlay and the one ClusterRole. */
async function prepareInstallation(plane: RunningPlane, root: string, folder: string): Promise<void> {
  writeFileSync(join(folder, renderedFile), await renderText(join(root, "kustomize/overlays/namespace")));
  const cluster = await render(join(root, "kustomize/overlays/cluster"));
  await applyManifest(plane.admin, one(cluster, "ClusterRole", "pointsman-custom-kinds"));
}

const [, , root = "", binaries = "", folder = ""] = process.argv;
main(root, binaries, folder).catch((thrown: unknown) => {
  process.stderr.write(`${describeError(thrown)}\n`);
  process.exitCode = 1;
  process.stdin.destroy();
});
