import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { AdminClient } from "./adminClient.js";
import { fileNames, kubeconfigText, writeCredentials } from "./credentialFiles.js";
import { installCrds } from "./crds.js";
import type { PlaneInfo } from "./planeInfo.js";
import { freePort } from "./ports.js";
import { Guard } from "./serverProcess.js";
import type { RunningServer, ServerPlace } from "./servers.js";
import { startApiServer, startControllerManager, startEtcd } from "./servers.js";
import { waitFor } from "./waitFor.js";

/** What a control plane is started with. */
export interface PlaneOptions {
  readonly binaries: string;
  /** A folder the plane may fill and will remove; a new temporary one unless given. */
  readonly folder?: string;
  /** CRD files to install. */
  readonly crdFiles: readonly string[];
  /** False: only etcd and the API server. */
  readonly controllerManager?: boolean;
  /** The controller manager's controllers; those that Pointsman's world needs unless given. */
  readonly controllers?: readonly string[];
  /** Added to the API server's flags. */
  readonly apiServerFlags?: readonly string[];
}

/** How one more API server differs from the first. */
export interface ExtraApiServer {
  /** By which way it reaches etcd; default: directly. */
  readonly etcdUrl?: string;
  /** Added to its flags. */
  readonly flags?: readonly string[];
}

/** A control plane of one's own. Always `stop` it; should the process end first, its guard does. */
export interface RunningPlane {
  readonly info: PlaneInfo;
  readonly admin: AdminClient;
  /** SIGKILL to the API server; its watches break and requests are refused. */
  killApiServer(): Promise<void>;
  /** Starts it again on the same port and waits until it is ready. */
  startApiServer(): Promise<void>;
  /** Stops it for a while as a whole (SIGSTOP), or continues it (SIGCONT). */
  signalApiServer(signal: "SIGSTOP" | "SIGCONT"): void;
  /** One more API server on the same etcd; returns its URL. The same credentials serve for it. */
  addApiServer(options?: ExtraApiServer): Promise<string>;
  /** Stops etcd for a while (SIGSTOP), or continues it (SIGCONT). */
  signalEtcd(signal: "SIGSTOP" | "SIGCONT"): void;
  /** Kills etcd by SIGKILL and starts it again on the same port with the same data. */
  restartEtcd(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts etcd, kube-apiserver and kube-controller-manager on free ports, with certificates of its own. */
export async function startPlane(options: PlaneOptions): Promise<RunningPlane> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), "pointsman-plane-"));
  const guard = Guard.start(folder);
  try {
    return await start(options, { guard, folder, binaries: options.binaries });
  } catch (thrown) {
    await guard.end();
    throw thrown;
  }
}

async function start(options: PlaneOptions, place: ServerPlace): Promise<RunningPlane> {
  const adminCredentials = writeCredentials(place.folder);
  const etcdPort = await freePort();
  let etcd = startEtcd(place, etcdPort);
  const launch = (name: string, port: number, extra: ExtraApiServer = {}): Promise<RunningServer> => {
    const flags = [...(options.apiServerFlags ?? []), ...(extra.flags ?? [])];
    const etcdUrl = extra.etcdUrl ?? etcd.url;
    return startApiServer({ ...place, name, port, etcdUrl, admin: adminCredentials, flags });
  };
  const port = await freePort();
  let server = await launch("kube-apiserver", port);
  const info: PlaneInfo = {
    url: server.url,
    ...adminCredentials,
    kubeconfigPath: join(place.folder, fileNames.kubeconfig),
    etcdUrl: etcd.url,
    folder: place.folder,
    binaries: place.binaries,
  };
  writeFileSync(info.kubeconfigPath, kubeconfigText(info), { mode: 0o600 });
  const admin = new AdminClient(info);
  if (options.controllerManager ?? true) await startControllerManager(place, options.controllers);
  await installCrds(admin, options.crdFiles);
  if (options.controllerManager ?? true) await controllersWork(admin);
  let extra = 0;
  return {
    info,
    admin,
    killApiServer: () => server.process.kill(),
    startApiServer: async () => {
      server = await launch("kube-apiserver", port);
    },
    signalApiServer: (signal) => server.process.signal(signal),
    addApiServer: async (how) => (await launch(`kube-apiserver-${++extra}`, await freePort(), how)).url,
    signalEtcd: (signal) => etcd.process.signal(signal),
    restartEtcd: async () => {
      await etcd.process.kill();
      etcd = startEtcd(place, etcdPort);
    },
    stop: async () => {
      admin.close();
      await place.guard.end();
    },
  };
}

/** The controller manager gives every namespace a default service account; Pods are refused before. */
async function controllersWork(admin: AdminClient): Promise<void> {
  const accounts = { group: "", version: "v1", resource: "serviceaccounts" };
  await waitFor(() => admin.find(accounts, { namespace: "default", name: "default" }), {
    describe: "the controller manager to create the default service account",
    timeoutMs: 60_000,
  });
}
