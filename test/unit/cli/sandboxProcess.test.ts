import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";

import { systemClock } from "../../../src/base/clock.js";
import { arrayAt } from "../../../src/base/json.js";
import { systemRandom } from "../../../src/base/random.js";
import type { Api } from "../../../src/kube/api.js";
import { createApi } from "../../../src/kube/client.js";
import { loadCredentials } from "../../../src/kube/kubeconfig.js";
import type { GroupVersionResource, ObjectRef } from "../../../src/kube/resource.js";
import { Transport } from "../../../src/kube/transport.js";
import { Senders } from "../../../src/sandbox/load/senders.js";
import { CommandProcess } from "../../support/commandProcess.js";
import { freePort } from "../../support/plane/ports.js";
import { waitFor } from "../../support/plane/waitFor.js";

jest.setTimeout(60_000);

const never = new AbortController().signal;
const app = "config/sandbox/httpbin.yaml";
const routemap = "config/samples/blue-green.yaml";

/** Where the commands of a test keep everything, and what has to be ended after it. */
let folder: string;
let temporary: string;
let kubeconfig: string;
let running: CommandProcess[];
let closing: (() => void)[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "pointsman-command-"));
  temporary = await mkdtemp(join(folder, "tmp-"));
  kubeconfig = join(folder, "kubeconfig");
  running = [];
  closing = [];
});

afterEach(async () => {
  for (const close of closing) close();
  for (const { child } of running) child.kill("SIGKILL");
  await Promise.all(running.map(({ ended }) => ended));
  await rm(folder, { recursive: true, force: true });
});

/** Starts the command; its temporary files go where the test can see them. */
function sandbox(...words: readonly string[]): CommandProcess {
  const started = CommandProcess.start(["sandbox", ...words], { TMPDIR: temporary });
  running.push(started);
  return started;
}

async function untilReady(command: CommandProcess): Promise<void> {
  await waitFor(() => command.out.includes("Ctrl-C ends it") || command.child.exitCode !== null, {
    describe: "the sandbox to be ready",
    timeoutMs: 40_000,
  });
  expect([command.child.exitCode, command.err]).toEqual([null, ""]);
}

/** Our own client, as the kubeconfig tells. */
async function client(): Promise<Api> {
  const credentials = await loadCredentials({ kubeconfig, env: {}, allowDefault: false, clock: systemClock });
  if (!credentials.ok) throw credentials.error;
  const userAgent = "test";
  const transport = new Transport({
    credentials: credentials.value,
    clock: systemClock,
    random: systemRandom,
    userAgent,
  });
  closing.push(() => transport.close());
  return createApi(transport);
}

/** The status of an object, as soon as it has one. */
function said(api: Api, kind: GroupVersionResource, ref: ObjectRef) {
  const status = async () => {
    const found = await api.get(kind, ref, never);
    return found.ok && found.value["status"];
  };
  return waitFor(status, { describe: `the status of ${kind.resource}/${ref.name}` });
}

function gatewayOf({ out }: CommandProcess): Senders {
  const port = Number(/gateway +http:\/\/127\.0\.0\.1:(\d+)/.exec(out)?.[1]);
  const senders = new Senders({ host: "127.0.0.1", port });
  closing.push(() => senders.close());
  return senders;
}

/** What is left of the sandbox's files. */
const leftovers = async (): Promise<readonly string[]> => [...(await readdir(temporary)), ...(await readdir(folder))];

const nothingLeft = (): readonly string[] => [temporary.slice(folder.length + 1)];

describe("pointsman sandbox, as a process", () => {
  test("applies its files, is reached by the kubeconfig it wrote, and takes that away when it ends", async () => {
    const command = sandbox("--kubeconfig-out", kubeconfig, "-f", app, "--file", routemap);
    await untilReady(command);
    expect((await stat(kubeconfig)).mode & 0o777).toBe(0o600);
    expect(command.out).toContain("applied      Deployment httpbin-0, Service httpbin-0,");
    expect(command.out).toContain(`export KUBECONFIG=${kubeconfig}`);
    const api = await client();
    const configMaps = { group: "", version: "v1", resource: "configmaps" };
    const found = await api.get(configMaps, { namespace: "default", name: "httpbin" }, never);
    expect(found.ok && found.value.metadata.labels).toMatchObject({ "iter8.tools/kind": "routemap" });
    command.child.kill("SIGINT");
    expect(await command.ended).toEqual({ code: 0, out: command.out, err: "\nending the sandbox\n" });
    expect(await leftovers()).toEqual(nothingLeft());
  });

  test("has a Node that is Ready, and a Gateway that is programmed at the address where it listens", async () => {
    await untilReady(sandbox("--kubeconfig-out", kubeconfig));
    const api = await client();
    const node = await api.get({ group: "", version: "v1", resource: "nodes" }, { name: "sandbox" }, never);
    expect(node.ok && arrayAt(node.value, "status", "conditions")).toMatchObject([{ type: "Ready", status: "True" }]);
    const gatewayApi = { group: "gateway.networking.k8s.io", version: "v1" };
    const conditions = [{ type: "Accepted", status: "True" }];
    const gatewayClass = await said(api, { ...gatewayApi, resource: "gatewayclasses" }, { name: "sandbox" });
    expect(gatewayClass).toMatchObject({ conditions });
    const ref = { namespace: "default", name: "gateway" };
    const gateway = await said(api, { ...gatewayApi, resource: "gateways" }, ref);
    expect(gateway).toMatchObject({
      addresses: [{ value: "127.0.0.1" }],
      conditions: [...conditions, { type: "Programmed", status: "True" }],
    });
  });

  test("routes by its own controller, which ends with it", async () => {
    const command = sandbox("--with-controller", "--kubeconfig-out", kubeconfig, "-f", app, "-f", routemap);
    await untilReady(command);
    const senders = gatewayOf(command);
    const request = { id: "one", headers: {} };
    const ask = () => senders.send({ protocol: "http1", host: "httpbin.example.com" }, request, never);
    await waitFor(async () => (await ask()).kind === "answered", { describe: "an answer", timeoutMs: 30_000 });
    const [own = ""] = await readdir(temporary);
    const log = await readFile(join(temporary, own, "controller.log"), "utf8");
    const port = /"address":\{"host":"127\.0\.0\.1","port":(\d+)\}/.exec(log)?.[1] ?? "none";
    expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
    command.child.kill("SIGTERM");
    expect((await command.ended).code).toBe(0);
    await expect(fetch(`http://127.0.0.1:${port}/readyz`)).rejects.toThrow();
    expect(await leftovers()).toEqual(nothingLeft());
  });

  test("that is told to end while it starts says nothing else, and leaves nothing", async () => {
    const command = sandbox("--with-controller", "--kubeconfig-out", kubeconfig, "-f", app);
    await waitFor(async () => (await readdir(folder)).includes("kubeconfig"), { describe: "its kubeconfig" });
    command.child.kill("SIGINT");
    expect(await command.ended).toEqual({ code: 0, out: "", err: "\nending the sandbox\n" });
    expect(await leftovers()).toEqual(nothingLeft());
  });
});

describe("pointsman sandbox ends at once with code 1 and one clear line", () => {
  test.each(["--port", "--gateway-port"])("where the port of %s is taken", async (flag) => {
    const holder = createServer();
    closing.push(() => void holder.close());
    const port = await freePort();
    await new Promise<void>((resolve) => holder.listen(port, "127.0.0.1", resolve));
    const ended = await sandbox(flag, String(port), "--kubeconfig-out", kubeconfig).ended;
    expect(ended).toEqual({
      code: 1,
      out: "",
      err: `pointsman: cannot listen on 127.0.0.1:${port}: the port is in use; choose another with ${flag} N, or leave ${flag} out for any that is free\n`,
    });
    expect(await leftovers()).toEqual(nothingLeft());
  });

  test("where a file is not there or holds no objects, for each of them", async () => {
    const bad = join(folder, "bad.yaml");
    await writeFile(bad, "{apiVersion: v1, kind: ConfigMap}\n---\n[1]\n");
    const missing = join(folder, "missing.yaml");
    const { code, out, err } = await sandbox("-f", missing, "-f", bad, "-f", app).ended;
    expect([code, out]).toEqual([1, ""]);
    expect(err.split("\n")).toEqual([
      expect.stringMatching(/^pointsman: cannot read .*missing\.yaml: .*ENOENT/),
      `pointsman: ${bad}, document 1: metadata.name is missing`,
      `pointsman: ${bad}, document 2: this is no object; write apiVersion, kind and metadata`,
      "",
    ]);
    expect(await readdir(temporary)).toEqual([]);
  });

  test.each([
    [
      "{apiVersion: example.com/v1, kind: Widget, metadata: {name: a}}",
      "document 1: the sandbox does not serve Widget of example.com/v1; apply its CustomResourceDefinition too",
    ],
    ["{apiVersion: v1, kind: ConfigMap, metadata: {name: B}}", 'document 1: ConfigMap B: ConfigMap "B" is invalid: '],
    [
      "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: none}}",
      'document 1: ConfigMap a: namespaces "none" not found',
    ],
  ])("where the API server refuses %s", async (text, problem) => {
    const file = join(folder, "refused.yaml");
    await writeFile(file, text);
    const { code, out, err } = await sandbox("--kubeconfig-out", kubeconfig, "-f", file).ended;
    expect([code, out, err.split("\n").length]).toEqual([1, "", 2]);
    expect(err.startsWith(`pointsman: ${file}, ${problem}`)).toBe(true);
    expect([...(await leftovers())].sort()).toEqual(["refused.yaml", ...nothingLeft()]);
  });

  test("where the file for its kubeconfig is another one, which stays as it is", async () => {
    await writeFile(kubeconfig, "apiVersion: v1\nkind: Config\n");
    const ended = await sandbox("--kubeconfig-out", kubeconfig).ended;
    const err = `pointsman: ${kubeconfig} is there already and no kubeconfig of a sandbox; choose another file\n`;
    expect(ended).toEqual({ code: 1, out: "", err });
    expect(await readFile(kubeconfig, "utf8")).toBe("apiVersion: v1\nkind: Config\n");
  });
});
