import type { ChildProcess } from "node:child_process";
import { execFile, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

import { describeError } from "../../../src/base/errors.js";
import type { Json, JsonObject } from "../../../src/base/json.js";
import { arrayAt, isObject, stringAt } from "../../../src/base/json.js";
import { freePort } from "../plane/ports.js";
import { waitFor } from "../plane/waitFor.js";
import { alertsFile } from "./alertRules.js";

const run = promisify(execFile);

/** The folder with prometheus and promtool. Rejects with the way to get them. */
export async function programs(): Promise<string> {
  const found = await run(process.execPath, ["tools/prometheus.mjs"]).catch((thrown: unknown) => {
    const said = isObject(thrown) ? stringAt(thrown, "stderr") : undefined;
    throw new Error(said?.trim() ?? describeError(thrown));
  });
  return found.stdout.trim();
}

/** What `promtool ARGS` prints; rejects with it where it fails. */
export async function promtool(...args: readonly string[]): Promise<string> {
  const done = await run(join(await programs(), "promtool"), [...args]).catch((thrown: unknown) => {
    const outputs = isObject(thrown) ? [stringAt(thrown, "stdout"), stringAt(thrown, "stderr")] : [];
    throw new Error(outputs.join("\n"));
  });
  return done.stdout;
}

/** A real Prometheus that scrapes one controller every second, as job "pointsman", and evaluates our alerts. */
export class PrometheusServer {
  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
    private readonly url: string,
  ) {}

  /** `target` is HOST:PORT; `namespace` is the label that Prometheus gives to the target. */
  static async start(target: string, namespace: string): Promise<PrometheusServer> {
    const binaries = await programs();
    const folder = await mkdtemp(join(tmpdir(), "pointsman-prometheus-"));
    const job = { job_name: "pointsman", honor_labels: true };
    const config = {
      global: { scrape_interval: "1s", evaluation_interval: "1s" },
      rule_files: [resolve(alertsFile)],
      scrape_configs: [{ ...job, static_configs: [{ targets: [target], labels: { namespace } }] }],
    };
    await writeFile(join(folder, "prometheus.yml"), JSON.stringify(config));
    const address = `127.0.0.1:${await freePort()}`;
    const args = [
      `--config.file=${join(folder, "prometheus.yml")}`,
      `--storage.tsdb.path=${join(folder, "data")}`,
      `--web.listen-address=${address}`,
    ];
    let log = "";
    const child = spawn(join(binaries, "prometheus"), args, { stdio: ["ignore", "ignore", "pipe"] });
    child.stderr.on("data", (chunk: Buffer) => (log += chunk.toString()));
    const server = new PrometheusServer(child, folder, `http://${address}`);
    await waitFor(async () => (await fetch(`${server.url}/-/ready`)).ok, { describe: "Prometheus to be ready" }).catch(
      async (thrown: unknown) => {
        await server.stop();
        throw new Error(`${describeError(thrown)}\n${log}`);
      },
    );
    return server;
  }

  /** The series that a query gives now; rejects where it cannot be parsed or evaluated. */
  async query(query: string): Promise<readonly JsonObject[]> {
    const answer = await this.get(`/api/v1/query?query=${encodeURIComponent(query)}`);
    return arrayAt(answer, "data", "result").filter(isObject);
  }

  /** Alerts that are pending or firing. */
  async alerts(): Promise<readonly JsonObject[]> {
    return arrayAt(await this.get("/api/v1/alerts"), "data", "alerts").filter(isObject);
  }

  /** Every rule with its health. */
  async rules(): Promise<readonly JsonObject[]> {
    const groups = arrayAt(await this.get("/api/v1/rules"), "data", "groups");
    return groups.flatMap((group) => arrayAt(group, "rules")).filter(isObject);
  }

  async stop(): Promise<void> {
    const exited = new Promise((done) => this.child.once("exit", done));
    if (this.child.exitCode === null && this.child.kill("SIGKILL")) await exited;
    await rm(this.folder, { recursive: true, force: true });
  }

  private async get(path: string): Promise<Json> {
    const body = (await (await fetch(this.url + path)).json()) as Json;
    if (stringAt(body, "status") !== "success") throw new Error(`${path}: ${stringAt(body, "error") ?? "no success"}`);
    return body;
  }
}
