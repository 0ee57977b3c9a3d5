import { sleep, systemClock } from "../../../src/base/clock.js";
import { numberAt } from "../../../src/base/json.js";
import { parseJson } from "../../../src/kube/status.js";
import { Child } from "../processes.js";
import type { Work } from "./applies.js";
import { working } from "./applies.js";
import { startBackend } from "./backend.js";
import { ApplyClient, applyOf } from "./client.js";
import { defineRoutes } from "./definitions.js";
import type { SandboxBenchOptions } from "./options.js";
import type { RawTarget } from "./rawClient.js";
import { askAgainAndAgain } from "./rawClient.js";
import type { ServerProcess } from "./serverProcess.js";
import { profileFlags } from "./serverProcess.js";

/** Connections on which requests come, one at a time each. */
export const gatewayConnections = 32;

const name = "app.example.com";
const warmUpMs = 2_000;

/** Asks the gateway in a process of its own for as long as it is told, by one HTTPRoute over two Services. */
export async function measureGateway(
  server: ServerProcess,
  options: SandboxBenchOptions,
  signal: AbortSignal,
): Promise<Work> {
  await defineApp(server, options.root, signal);
  const backend = await startBackend();
  const child = Child.start(
    options.gatewayProgram,
    [server.kubeconfigFile, String(backend.port)],
    profileFlags(options.profiles),
  );
  try {
    await child.begin("the gateway", () => child.output.includes("\n"));
    const port = numberAt(parseJson(child.output.split("\n", 1)[0] ?? ""), "port") ?? 0;
    const target = { host: "127.0.0.1", port, name };
    await ask(target, warmUpMs, signal);
    return await working({ child }, () => ask(target, options.gatewayMs, signal));
  } finally {
    await child.end();
    backend.close();
  }
}

async function ask(target: RawTarget, ms: number, signal: AbortSignal): Promise<number> {
  const over = new AbortController();
  const counts = Array.from({ length: gatewayConnections }, () => askAgainAndAgain(target, over.signal));
  const answered = Promise.all(counts);
  await Promise.race([sleep(systemClock, ms, signal), answered]);
  over.abort();
  return (await answered).reduce((all, count) => all + count, 0);
}

const namespace = "default";
const gatewayApi = "gateway.networking.k8s.io/v1";

async function defineApp(server: ServerProcess, root: string, signal: AbortSignal): Promise<void> {
  const client = new ApplyClient(server);
  try {
    await defineRoutes(client, root, signal);
    const versions = ["v1", "v2"];
    const parts = versions.flatMap((version) => [
      applyOf(`/api/v1/namespaces/${namespace}/services`, version, {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: version, namespace },
        spec: { ports: [{ port: 80 }] },
      }),
      applyOf(`/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`, version, {
        apiVersion: "discovery.k8s.io/v1",
        kind: "EndpointSlice",
        metadata: { name: version, namespace, labels: { "kubernetes.io/service-name": version } },
        addressType: "IPv4",
        endpoints: [{ addresses: ["10.1.0.1"], conditions: { ready: true } }],
        ports: [{ name: "", port: 8080, protocol: "TCP" }],
      }),
    ]);
    const route = applyOf(`/apis/${gatewayApi}/namespaces/${namespace}/httproutes`, "app", {
      apiVersion: gatewayApi,
      kind: "HTTPRoute",
      metadata: { name: "app", namespace },
      spec: {
        parentRefs: [{ name: "gateway" }],
        hostnames: [name],
        rules: [{ backendRefs: versions.map((version) => ({ name: version, port: 80, weight: 50 })) }],
      },
    });
    await client.applyAll([...parts, route], [200, 201], signal);
  } finally {
    client.close();
  }
}
