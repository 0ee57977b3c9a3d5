import { request } from "node:http";

import { systemClock } from "../../src/base/clock.js";
import { freePort } from "../support/plane/ports.js";
import { Child } from "./processes.js";

/** What starting a controller takes. `configFile` holds the configuration, `bundle` is the program. */
export interface ControllerStart {
  readonly bundle: string;
  readonly kubeconfig: string;
  readonly namespace: string;
  readonly configFile: string;
  readonly nodeFlags: readonly string[];
}

/** The shipped bundle in a process of its own, with leader election as in a cluster. */
export class BenchController {
  private constructor(
    readonly child: Child,
    private readonly port: number,
    /** Milliseconds from the start of the process to the first 200 of /readyz. */
    readonly readyMs: number,
    /** Processor milliseconds until then. */
    readonly readyCpuMs: number,
  ) {}

  static async start(options: ControllerStart): Promise<BenchController> {
    const port = await freePort();
    const flags = ["--kubeconfig", options.kubeconfig, "--namespace", options.namespace];
    const more = ["--config", options.configFile, "--http-address", `127.0.0.1:${port}`, "--leader-elect=true"];
    const started = systemClock.monotonic();
    const child = Child.start(options.bundle, ["controller", ...flags, ...more], options.nodeFlags);
    await child.begin("the controller is ready", async () => (await ask(port, "/readyz")).status === 200);
    return new BenchController(child, port, systemClock.monotonic() - started, child.cpuMs());
  }

  /** Mutating requests so far, leases left out: they go over a transport that is not counted here. */
  async writes(): Promise<number> {
    const { text } = await ask(this.port, "/metrics");
    const mutating = /^rest_client_requests_total\{[^}]*method="(?:POST|PUT|PATCH|DELETE)"[^}]*\} (\d+)$/gm;
    return [...text.matchAll(mutating)].reduce((sum, found) => sum + Number(found[1]), 0);
  }
}

function ask(port: number, path: string): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve) => {
    const outgoing = request({ host: "127.0.0.1", port, path }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (text += chunk));
      response.once("close", () => resolve({ status: response.statusCode ?? 0, text }));
    });
    outgoing.once("error", () => resolve({ status: 0, text: "" }));
    outgoing.end();
  });
}
