import { writeFileSync } from "node:fs";

import { systemClock } from "../../../src/base/clock.js";
import { startApiServer } from "../../../src/sandbox/apiserver/apiServer.js";

/** The embedded API server as a process of its own. The word of its command line is where the kubeconfig goes. */
async function main(): Promise<void> {
  const begun = systemClock.monotonic();
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
  const server = await startApiServer({
    clock: systemClock,
    signal: stop.signal,
    log: (line) => process.stderr.write(`${line}\n`),
  });
  const readyMs = systemClock.monotonic() - begun;
  const { url, caCertificate, token } = server;
  writeFileSync(process.argv[2] ?? "", server.kubeconfig());
  process.stdout.write(`${JSON.stringify({ url, caCertificate, token, readyMs })}\n`);
}

void main();
