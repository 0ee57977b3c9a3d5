import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { systemClock } from "../../../src/base/clock.js";
import { describeError } from "../../../src/base/errors.js";
import { systemRandom } from "../../../src/base/random.js";
import { createApi } from "../../../src/kube/client.js";
import type { ApiServer } from "../../../src/sandbox/apiserver/apiServer.js";
import { startApiServer } from "../../../src/sandbox/apiserver/apiServer.js";
import { WorkloadControllers } from "../../../src/sandbox/workloads/controllers/workloadControllers.js";
import { renderedFile } from "../install/account.js";
import { AdminClient } from "./adminClient.js";
import { fileNames, kubeconfigText } from "./credentialFiles.js";
import { crdFiles, installCrds, ourDefinitions } from "./crds.js";
import { transportTo } from "./plane.js";
import type { PlaneInfo } from "./planeInfo.js";

/**
 * The process that keeps the embedded API server of a test run, with workload controllers of our own in place of
 * kube-controller-manager's: `embeddedKeeper ROOT FOLDER`. Prints the path of the plane's description, then runs until
 * its stdin closes. It needs nothing but Node.
 */
async function main(root: string, folder: string): Promise<void> {
  process.stdin.resume();
  const closed = new Promise((resolve) => process.stdin.once("close", resolve));
  const log = (line: string): void => void process.stderr.write(`embedded API server: ${line}\n`);
  const server = await startApiServer({ clock: systemClock, signal: new AbortController().signal, log });
  try {
    await keep(server, { root, folder, closed });
  } finally {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Place {
  readonly root: string;
  readonly folder: string;
  /** Resolves when nobody needs the server any more. */
  readonly closed: Promise<unknown>;
}

async function keep(server: ApiServer, { root, folder, closed }: Place): Promise<void> {
  const info = describePlane(server, folder);
  await writeFile(info.kubeconfigPath, kubeconfigText(info), { mode: 0o600 });
  await writeFile(join(folder, renderedFile), await installation(root));
  const admin = new AdminClient(info);
  // What these controllers write must not count as the product's.
  const transport = transportTo(info, "workload-controllers/test");
  const controllers = new WorkloadControllers({ api: createApi(transport), clock: systemClock, random: systemRandom });
  try {
    await installCrds(admin, crdFiles(ourDefinitions(root), process.env["POINTSMAN_TEST_CRDS"]));
    await controllers.start();
    const description = join(folder, "plane.json");
    await writeFile(description, JSON.stringify(info), { mode: 0o600 });
    process.stdout.write(`${description}\n`);
    await closed;
  } finally {
    await controllers.stop();
    transport.close();
    admin.close();
  }
}

function describePlane({ url, caCertificate, admin }: ApiServer, folder: string): PlaneInfo {
  const kubeconfigPath = join(folder, fileNames.kubeconfig);
  return { url, ca: caCertificate, ...admin, kubeconfigPath, etcdUrl: "", folder, binaries: "" };
}

/** What an installation is made of where nothing is forbidden to anybody: the ServiceAccount and its bindings. */
async function installation(root: string): Promise<string> {
  const parts = ["kustomize/base/serviceaccount.yaml", "kustomize/overlays/namespace/bindings.yaml"];
  return (await Promise.all(parts.map((part) => readFile(join(root, part), "utf8")))).join("\n---\n");
}

const [, , root = "", folder = ""] = process.argv;
main(root, folder).catch((thrown: unknown) => {
  process.stderr.write(`${describeError(thrown)}\n`);
  process.exitCode = 1;
  process.stdin.destroy();
});
