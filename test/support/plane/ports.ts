import { randomInt } from "node:crypto";
import { createServer } from "node:net";

// Below the range from which the system takes the ports of outgoing connections, so that none of those is in the way.
const lowest = 20_000;
const highest = 32_000;

/** A TCP port of 127.0.0.1 that nothing listens on. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(lowest, highest);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}
