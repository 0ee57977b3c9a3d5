import type { Server, Socket } from "node:net";
import { createServer } from "node:net";

import { describeError } from "../../../base/errors.js";
import type { Result } from "../../../base/result.js";
import { fail, ok } from "../../../base/result.js";
import type { Endpoint, PodNetwork } from "./podNetwork.js";

/** The open ports of one Pod. */
export class Listeners {
  private readonly open = new Map<number, Server>();

  constructor(
    private readonly network: PodNetwork,
    private readonly ip: string,
  ) {}

  /** Listens on all of the ports or on none; the failure says which and why. */
  async listen(ports: readonly number[], onSocket: (socket: Socket) => void): Promise<Result<undefined, string>> {
    for (const port of ports) {
      const opened = await this.listenOn(port, onSocket);
      if (opened.ok) continue;
      this.close();
      return opened;
    }
    return ok(undefined);
  }

  /** Stops listening at once; connections that were accepted stay. */
  close(): void {
    for (const [port, server] of this.open) {
      this.network.detach(this.ip, port);
      server.close();
    }
    this.open.clear();
  }

  private async listenOn(port: number, onSocket: (socket: Socket) => void): Promise<Result<undefined, string>> {
    const server = createServer({ allowHalfOpen: true }, onSocket);
    const where = this.network.bindTo(this.ip, port);
    try {
      this.network.attach(this.ip, port, await listening(server, where));
    } catch (thrown) {
      return fail(`cannot listen on ${where.host}:${where.port}: ${describeError(thrown)}`);
    }
    this.open.set(port, server);
    return ok(undefined);
  }
}

function listening(server: Server, { host, port }: Endpoint): Promise<Endpoint> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      const address = server.address();
      if (address === null || typeof address === "string") reject(new Error("it has no port"));
      else resolve({ host, port: address.port });
    });
  });
}
