import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { systemClock } from "../../../src/base/clock.js";
import { startApiServer } from "../../../src/sandbox/apiserver/apiServer.js";
import { AdminClient } from "../../support/plane/adminClient.js";
import { fileNames, kubeconfigText } from "../../support/plane/credentialFiles.js";
import { installCrds } from "../../support/plane/crds.js";
import type { PlaneInfo } from "../../support/plane/planeInfo.js";
import { readPlaneInfo } from "../../support/plane/planeInfo.js";
import { Child } from "../processes.js";
import type { BenchPlane } from "../plane.js";

const description = "plane.json";

/**
 * The project's own API server in a process of its own, with its collector of garbage: it takes several times the writes that
 * etcd takes on the same machine. `program`: the load program, which is also this server.
 */
export async function startEmbeddedPlane(
  program: string,
  folder: string,
  crdFiles: readonly string[],
): Promise<BenchPlane> {
  const server = Child.start(program, ["server", folder]);
  const file = join(folder, description);
  await server.begin("the embedded API server serves", () => existsSync(file) && server.output.includes("ready"));
  const info = readPlaneInfo(file);
  const admin = new AdminClient(info);
  await installCrds(admin, crdFiles);
  const stop = async (): Promise<void> => {
    admin.close();
    await server.end();
  };
  return { info, admin, stop };
}

/** Serves until SIGTERM; describes itself in `folder` and prints "ready". */
export async function serveEmbedded(folder: string): Promise<void> {
  const stopping = new AbortController();
  process.once("SIGTERM", () => stopping.abort());
  const ended = new Promise((resolve) => stopping.signal.addEventListener("abort", resolve, { once: true }));
  const server = await startApiServer({ clock: systemClock, signal: stopping.signal, log: () => undefined });
  const { url, caCertificate, admin } = server;
  const kubeconfigPath = join(folder, fileNames.kubeconfig);
  const info: PlaneInfo = { url, ca: caCertificate, ...admin, kubeconfigPath, etcdUrl: "", folder, binaries: "" };
  await writeFile(kubeconfigPath, kubeconfigText(info), { mode: 0o600 });
  await writeFile(join(folder, description), JSON.stringify(info), { mode: 0o600 });
  process.stdout.write("ready\n");
  await ended;
  await server.close();
}
