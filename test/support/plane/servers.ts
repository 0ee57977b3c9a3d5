import { join } from "node:path";

import { AdminClient } from "./adminClient.js";
import type { AdminCredentials } from "./credentialFiles.js";
import { fileNames } from "./credentialFiles.js";
import { freePort } from "./ports.js";
import type { Guard } from "./serverProcess.js";
import { ServerProcess } from "./serverProcess.js";
import { waitFor } from "./waitFor.js";

/** Where the programs are, and the folder with credentials, data and logs. */
export interface ServerPlace {
  readonly guard: Guard;
  readonly binaries: string;
  readonly folder: string;
}

/** A server and the URL it answers at. */
export interface RunningServer {
  readonly url: string;
  readonly process: ServerProcess;
}

const startTimeout = 60_000;

/** Starts etcd; nothing waits for it, the API server does. */
export function startEtcd(place: ServerPlace, port: number): RunningServer {
  const url = `http://127.0.0.1:${port}`;
  const args = [
    `--data-dir=${join(place.folder, "etcd")}`,
    "--unsafe-no-fsync",
    "--log-level=warn",
    `--listen-client-urls=${url}`,
    `--advertise-client-urls=${url}`,
    "--listen-peer-urls=http://127.0.0.1:0",
  ];
  return { url, process: ServerProcess.start(place.guard, { name: "etcd", args, ...place }) };
}

/** An API server of its own port; several may share an etcd. `name` names its log. */
export interface ApiServerOptions extends ServerPlace {
  readonly name: string;
  readonly port: number;
  readonly etcdUrl: string;
  readonly admin: AdminCredentials;
  /** Added to the flags. */
  readonly flags?: readonly string[];
}

/** Starts a kube-apiserver and waits until /readyz answers ok. */
export async function startApiServer(options: ApiServerOptions): Promise<RunningServer> {
  const url = `https://127.0.0.1:${options.port}`;
  const process = ServerProcess.start(options.guard, { ...options, args: apiServerArgs(options) }, "kube-apiserver");
  await untilReady(options.name, process, { url, ...options.admin });
  return { url, process };
}

function apiServerArgs(options: ApiServerOptions): string[] {
  const file = (name: string): string => join(options.folder, name);
  return [
    `--etcd-servers=${options.etcdUrl}`,
    `--secure-port=${options.port}`,
    "--bind-address=127.0.0.1",
    "--advertise-address=127.0.0.1",
    "--endpoint-reconciler-type=none",
    `--cert-dir=${options.folder}`,
    `--tls-cert-file=${file(fileNames.serverCertificate)}`,
    `--tls-private-key-file=${file(fileNames.serverKey)}`,
    `--client-ca-file=${file(fileNames.ca)}`,
    `--service-account-key-file=${file(fileNames.serviceAccountPublicKey)}`,
    `--service-account-signing-key-file=${file(fileNames.serviceAccountKey)}`,
    "--service-account-issuer=https://kubernetes.default.svc",
    "--service-cluster-ip-range=10.0.0.0/16",
    "--authorization-mode=RBAC",
    ...auditFlags(options),
    ...(options.flags ?? []),
  ];
}

/** With POINTSMAN_AUDIT, a folder with a policy.yaml, every API server of a run writes down there what it was asked. */
function auditFlags({ name, port }: ApiServerOptions): string[] {
  const folder = process.env["POINTSMAN_AUDIT"] ?? "";
  if (folder === "") return [];
  return [
    `--audit-policy-file=${join(folder, "policy.yaml")}`,
    `--audit-log-path=${join(folder, `${name}-${port}.log`)}`,
  ];
}

async function untilReady(
  name: string,
  process: ServerProcess,
  target: AdminCredentials & { readonly url: string },
): Promise<void> {
  const client = new AdminClient(target);
  const isReady = async (): Promise<boolean> => {
    const reply = await client.request("GET", "/readyz").catch(() => undefined);
    return reply?.status === 200;
  };
  const end = process.exited.then(() => process.assertRunning());
  try {
    await Promise.race([waitFor(isReady, { describe: `${name} to be ready`, timeoutMs: startTimeout }), end]);
  } finally {
    client.close();
  }
}

const usualControllers = [
  "deployment-controller",
  "replicaset-controller",
  "statefulset-controller",
  "endpointslice-controller",
  "namespace-controller",
  "garbage-collector-controller",
  "serviceaccount-controller",
  "serviceaccount-token-controller",
  "clusterrole-aggregation-controller",
];

/** Starts the kube-controller-manager with the controllers that Pointsman's world needs. */
export async function startControllerManager(
  place: ServerPlace,
  controllers: readonly string[] = usualControllers,
): Promise<ServerProcess> {
  const file = (name: string): string => join(place.folder, name);
  const args = [
    `--kubeconfig=${file(fileNames.kubeconfig)}`,
    "--leader-elect=false",
    "--bind-address=127.0.0.1",
    `--secure-port=${await freePort()}`,
    `--cert-dir=${place.folder}`,
    `--service-account-private-key-file=${file(fileNames.serviceAccountKey)}`,
    `--root-ca-file=${file(fileNames.ca)}`,
    "--concurrent-gc-syncs=20",
    // The default of 20 requests a second would make the cluster, not the product, the slow part of a test.
    "--kube-api-qps=300",
    "--kube-api-burst=600",
    `--controllers=${controllers.join(",")}`,
  ];
  return ServerProcess.start(place.guard, { name: "kube-controller-manager", args, ...place });
}
