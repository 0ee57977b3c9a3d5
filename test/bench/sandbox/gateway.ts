import { systemClock } from "../../../src/base/clock.js";
import { systemRandom } from "../../../src/base/random.js";
import { createApi } from "../../../src/kube/client.js";
import { loadCredentials } from "../../../src/kube/kubeconfig.js";
import { Transport } from "../../../src/kube/transport.js";
import { gatewayController } from "../../../src/sandbox/cluster/gatewayObjects.js";
import { Gateway } from "../../../src/sandbox/gateway/gateway.js";

/**
 * The sandbox's gateway as a process of its own. The words of its command line are the kubeconfig and the port of the
 * server that stands for all Pods.
 */
async function main(): Promise<void> {
  const [, , kubeconfig = "", port = ""] = process.argv;
  const [clock, random] = [systemClock, systemRandom];
  const credentials = await loadCredentials({ kubeconfig, env: {}, allowDefault: false, clock });
  if (!credentials.ok) throw credentials.error;
  const transport = new Transport({ credentials: credentials.value, clock, random, userAgent: "bench-gateway" });
  const gateway = new Gateway({
    api: createApi(transport),
    clock,
    random,
    network: { endpointOf: () => ({ host: "127.0.0.1", port: Number(port) }) },
    controllerName: gatewayController,
  });
  const address = await gateway.start();
  const stop = (): void => void gateway.stop().then(() => transport.close());
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stop);
  process.stdout.write(`${JSON.stringify(address)}\n`);
}

void main();
