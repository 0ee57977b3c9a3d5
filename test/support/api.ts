import { systemClock } from "../../src/base/clock.js";
import { seededRandom } from "../../src/base/random.js";
import type { Api } from "../../src/kube/api.js";
import { createApi } from "../../src/kube/client.js";
import { staticCredentials } from "../../src/kube/credentials.js";
import { Transport } from "../../src/kube/transport.js";
import type { Answer } from "./httpServer.js";
import { HttpServer } from "./httpServer.js";

/** An Api that talks to a test server of its own. */
export interface ServedApi {
  readonly api: Api;
  readonly server: HttpServer;
  readonly transport: Transport;
  close(): Promise<void>;
}

/** Starts a server that answers with `answer` and an Api over it. */
export async function serveApi(answer: Answer): Promise<ServedApi> {
  const server = await HttpServer.start(answer);
  const transport = new Transport({
    credentials: staticCredentials(server.url),
    clock: systemClock,
    random: seededRandom(1),
    userAgent: "pointsman/test",
  });
  return {
    api: createApi(transport),
    server,
    transport,
    close() {
      transport.close();
      return server.close();
    },
  };
}
