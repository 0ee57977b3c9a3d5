import { execFile } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import type { JsonObject } from "../../../src/base/json.js";
import { arrayAt, stringAt } from "../../../src/base/json.js";
import type { AdminClient } from "../plane/adminClient.js";
import { Guard, ServerProcess } from "../plane/serverProcess.js";
import type { RunningPlane } from "../plane/startPlane.js";
import { waitFor } from "../plane/waitFor.js";

/** The Gateway, as a route's parentRef names it. */
export const gatewayRef = { namespace: "projectcontour", name: "gw" };

/** Where requests go. The Gateway's listener says port 80; Contour adds 8000 to ports that need a privilege. */
export const gatewayAddress = { host: "127.0.0.1", port: 8080 };

const gatewayApi = { group: "gateway.networking.k8s.io", version: "v1" };
const gatewayClasses = { ...gatewayApi, resource: "gatewayclasses" };
const gateways = { ...gatewayApi, resource: "gateways" };
const namespaces = { group: "", version: "v1", resource: "namespaces" };
const services = { group: "", version: "v1", resource: "services" };

// The machine's own ports are of no concern in a network namespace.
const xdsPort = 8001;
const httpPort = 8000;

/** Contour and Envoy under way. */
export interface RunningGateway {
  /** Throws with the end of its log if one of them has ended. */
  assertRunning(): void;
  stop(): Promise<void>;
}

/** Starts Contour and Envoy (in the folder `binaries`) for a plane and waits until the Gateway is accepted. */
export async function startGateway(plane: RunningPlane, binaries: string): Promise<RunningGateway> {
  const folder = mkdtempSync(join(tmpdir(), "pointsman-gateway-"));
  const guard = Guard.start(folder);
  try {
    await createGateway(plane.admin);
    const contour = startContour(guard, { binaries, folder, kubeconfig: plane.info.kubeconfigPath });
    const envoy = await startEnvoy(guard, { binaries, folder });
    const assertRunning = (): void => [contour, envoy].forEach((server) => server.assertRunning());
    await untilAccepted(plane.admin, assertRunning);
    return { assertRunning, stop: () => guard.end() };
  } catch (thrown) {
    await guard.end();
    throw thrown;
  }
}

async function createGateway(admin: AdminClient): Promise<void> {
  const { namespace, name } = gatewayRef;
  const meta = (metadata: JsonObject): JsonObject => ({ apiVersion: "v1", metadata });
  await admin.apply(namespaces, { name: namespace }, { kind: "Namespace", ...meta({ name: namespace }) });
  const service = { kind: "Service", ...meta({ name: "envoy", namespace }), spec: { ports: [{ port: 80 }] } };
  await admin.apply(services, { namespace, name: "envoy" }, service);
  const apiVersion = `${gatewayApi.group}/${gatewayApi.version}`;
  const controllerName = "projectcontour.io/gateway-controller";
  const gatewayClass = { apiVersion, kind: "GatewayClass", metadata: { name: "contour" }, spec: { controllerName } };
  await admin.apply(gatewayClasses, { name: "contour" }, gatewayClass);
  const listener = { name: "http", protocol: "HTTP", port: 80, allowedRoutes: { namespaces: { from: "All" } } };
  const spec = { gatewayClassName: "contour", listeners: [listener] };
  await admin.apply(gateways, gatewayRef, { apiVersion, kind: "Gateway", metadata: { namespace, name }, spec });
}

interface ContourPlace {
  readonly binaries: string;
  readonly folder: string;
  readonly kubeconfig: string;
}

function startContour(guard: Guard, { binaries, folder, kubeconfig }: ContourPlace): ServerProcess {
  const configFile = join(folder, "contour.json");
  writeFileSync(configFile, JSON.stringify({ gateway: { gatewayRef } }));
  const args = [
    "serve",
    `--kubeconfig=${kubeconfig}`,
    `--config-path=${configFile}`,
    "--xds-address=127.0.0.1",
    `--xds-port=${xdsPort}`,
    "--insecure",
    "--http-address=127.0.0.1",
    `--http-port=${httpPort}`,
    "--health-address=127.0.0.1",
    `--health-port=${httpPort}`,
    "--disable-leader-election",
  ];
  return ServerProcess.start(guard, { name: "contour", binaries, folder, args });
}

async function startEnvoy(
  guard: Guard,
  { binaries, folder }: { readonly binaries: string; readonly folder: string },
): Promise<ServerProcess> {
  const bootstrap = join(folder, "envoy.json");
  const xds = ["--xds-address=127.0.0.1", `--xds-port=${xdsPort}`, "--xds-resource-version=v3"];
  const admin = `--admin-address=${join(folder, "admin.sock")}`;
  await promisify(execFile)(join(binaries, "contour"), ["bootstrap", bootstrap, ...xds, admin]);
  const names = ["--service-cluster", "gateway", "--service-node", "gateway"];
  // Hot restart uses shared memory under a name that is the machine's, not the network namespace's.
  const args = ["-c", bootstrap, ...names, "--disable-hot-restart", "--log-level", "warning"];
  return ServerProcess.start(guard, { name: "envoy", binaries, folder, args });
}

function untilAccepted(admin: AdminClient, assertRunning: () => void): Promise<unknown> {
  const isAccepted = async (): Promise<boolean> => {
    const gateway = await admin.find(gateways, gatewayRef);
    return arrayAt(gateway, "status", "conditions").some(
      (condition) => stringAt(condition, "type") === "Accepted" && stringAt(condition, "status") === "True",
    );
  };
  return waitFor(isAccepted, { describe: "Contour to accept the Gateway", timeoutMs: 30_000 }).catch(
    (thrown: unknown) => {
      assertRunning();
      throw thrown;
    },
  );
}
