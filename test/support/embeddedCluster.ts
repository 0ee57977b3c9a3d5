import { systemClock } from "../../src/base/clock.js";
import { createApi } from "../../src/kube/client.js";
import { startApiServer } from "../../src/sandbox/apiserver/apiServer.js";
import { transportTo } from "./plane/plane.js";
import type { BareCluster } from "./workloadControllers.js";

/** An embedded API server of one's own. Close it. */
export async function embeddedCluster(): Promise<BareCluster> {
  const server = await startApiServer({ clock: systemClock, signal: new AbortController().signal });
  const transport = transportTo({ url: server.url, ca: server.caCertificate, token: server.token });
  return {
    api: createApi(transport),
    async close() {
      transport.close();
      await server.close();
    },
  };
}
