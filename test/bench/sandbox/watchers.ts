import type { ClientRequest } from "node:http";
import { Agent, request as sendRequest } from "node:https";

import { sleep, systemClock } from "../../../src/base/clock.js";
import type { ServerProcess } from "./serverProcess.js";

const newline = "\n".charCodeAt(0);

/** Watches of one collection, each on a connection of its own, that count what they are told and keep nothing. */
export class Watchers {
  private constructor(
    private readonly agent: Agent,
    private readonly counts: number[],
    private readonly requests: readonly ClientRequest[],
  ) {}

  /** Opens so many; they are told only of what comes later. */
  static async open(server: ServerProcess, collection: string, count: number): Promise<Watchers> {
    const agent = new Agent({ ca: server.caCertificate });
    const counts = Array.from({ length: count }, () => 0);
    const { hostname: host, port } = new URL(server.url);
    const headers = { authorization: `Bearer ${server.token}` };
    const open = (index: number): Promise<ClientRequest> =>
      new Promise((resolve, reject) => {
        const path = `${collection}?watch=true&sendInitialEvents=false&resourceVersionMatch=NotOlderThan`;
        const sent = sendRequest({ agent, host, port, path, headers });
        sent.on("error", reject);
        sent.on("response", (response) => {
          if (response.statusCode !== 200) reject(new Error(`a watch is answered ${response.statusCode ?? 0}`));
          response.on("error", () => undefined);
          response.on("data", (chunk: Buffer) => {
            let lines = 0;
            for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, at + 1)) lines += 1;
            counts[index] = (counts[index] ?? 0) + lines;
          });
          resolve(sent);
        });
        sent.end();
      });
    const requests = await Promise.all(counts.map((_count, index) => open(index)));
    return new Watchers(agent, counts, requests);
  }

  /** Waits until each was told of so many events since it was opened. */
  async seen(events: number, signal: AbortSignal): Promise<void> {
    while (this.counts.some((count) => count < events)) await sleep(systemClock, 5, signal);
  }

  close(): void {
    for (const request of this.requests) request.destroy();
    this.agent.destroy();
  }
}
