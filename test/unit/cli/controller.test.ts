import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";

import type { ControllerRun } from "../../../src/cli/controller.js";
import { controllerCommand } from "../../../src/cli/controller.js";
import { main } from "../../../src/cli/main.js";
import { defaultConfig } from "../../../src/config/defaults.js";
import { captured } from "../../support/captured.js";

let folder = "";
const file = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pointsman-cli-"));
  await writeFile(file("wide.yaml"), "clusterScoped: true\ndefaultResync: 1h\n");
  await writeFile(file("narrow.yaml"), "defaultResync: 15m\n");
  await writeFile(file("wrong.yaml"), "resourceTypes:\n  deploy:\n    group: apps\nlimit: {}\n");
});

afterAll(() => rm(folder, { recursive: true }));

async function run(words: readonly string[], env: Record<string, string> = {}) {
  const runs: ControllerRun[] = [];
  const { io, out, err } = captured(env);
  const command = controllerCommand((options) => {
    runs.push(options);
    return Promise.resolve(0);
  });
  const code = await main(["controller", ...words], io, [command]);
  return { code, run: runs[0], out: out(), err: err() };
}

const pod = { KUBERNETES_SERVICE_HOST: "10.0.0.1", POD_NAME: "pointsman-0", POD_NAMESPACE: "pm" };

describe("controller", () => {
  test("without anything runs on the built-in configuration, for the whole cluster, without an election", async () => {
    const { code, run: options } = await run([]);
    expect(code).toBe(0);
    expect(options).toEqual({
      config: defaultConfig(),
      env: {},
      scope: { kind: "cluster" },
      leaderElection: { enabled: false, namespace: "pointsman-system" },
      httpAddress: "127.0.0.1:8080",
      dashboard: { address: "127.0.0.1:8081", auth: "none", usual: true },
      logLevel: "info",
      routemapMetrics: false,
    });
  });

  test("the dashboard is served where it was asked for, or nowhere", async () => {
    const asked = await run(["--dashboard-address", ":9000", "--dashboard-auth=token"]);
    expect(asked.run?.dashboard).toEqual({ address: ":9000", auth: "token", usual: false });
    const local = await run(["--dashboard-address", "[::1]:0"]);
    expect(local.run?.dashboard).toEqual({ address: "[::1]:0", auth: "none", usual: false });
    expect((await run(["--dashboard-address", "off"])).run).not.toHaveProperty("dashboard");
  });

  test.each([":8081", "0.0.0.0:8081", "10.0.0.1:80", "example.com:80", "127.evil.example:80"])(
    "a dashboard that others can reach, %s, is refused without tokens",
    async (address) => {
      const { code, run: options, err } = await run(["--dashboard-address", address]);
      expect([code, options]).toEqual([1, undefined]);
      expect(err).toContain(`--dashboard-address: ${address} can be reached by others; add --dashboard-auth token`);
    },
  );

  test("in a Pod elects a leader, in the Pod's namespace", async () => {
    const { run: options } = await run([], pod);
    expect(options).toMatchObject({
      scope: { kind: "cluster" },
      podName: "pointsman-0",
      leaderElection: { enabled: true, namespace: "pm" },
    });
  });

  test("every flag arrives", async () => {
    const words = [
      "--config",
      file("wide.yaml"),
      "--kubeconfig",
      "k",
      "--namespace",
      "shop",
      "--http-address",
      ":9090",
    ];
    const { run: options } = await run([...words, "--leader-elect", "--routemap-metrics", "--log-level=debug"], pod);
    expect(options).toMatchObject({
      configFile: file("wide.yaml"),
      config: { defaultResync: 3_600_000 },
      kubeconfig: "k",
      scope: { kind: "namespace", namespace: "shop" },
      leaderElection: { enabled: true, namespace: "shop" },
      httpAddress: ":9090",
      logLevel: "debug",
      routemapMetrics: true,
    });
  });

  test("a kubeconfig means no election unless asked for; --leader-elect=false holds in a Pod too", async () => {
    expect((await run(["--kubeconfig", "k"], pod)).run?.leaderElection.enabled).toBe(false);
    expect((await run([], { ...pod, KUBECONFIG: "k" })).run?.leaderElection.enabled).toBe(false);
    expect((await run(["--leader-elect=false"], pod)).run?.leaderElection.enabled).toBe(false);
  });

  test("CONFIG_FILE is honoured as Iter8 does, and --config goes before it", async () => {
    const { run: options } = await run([], { ...pod, CONFIG_FILE: file("narrow.yaml") });
    expect(options).toMatchObject({ configFile: file("narrow.yaml"), scope: { kind: "namespace", namespace: "pm" } });
    const second = await run(["--config", file("wide.yaml")], { ...pod, CONFIG_FILE: file("narrow.yaml") });
    expect(second.run).toMatchObject({ configFile: file("wide.yaml"), scope: { kind: "cluster" } });
    expect((await run([], { CONFIG_FILE: "" })).run?.configFile).toBeUndefined();
  });

  test("a file without clusterScoped outside a cluster says which key or flag to set, and runs nothing", async () => {
    const { code, run: options, err } = await run(["--config", file("narrow.yaml")]);
    expect([code, options]).toEqual([1, undefined]);
    expect(err).toContain("clusterScoped: true");
    expect(err).toContain("--namespace NAMESPACE");
  });

  test("every problem of a wrong configuration is a line with file, path, position and fix", async () => {
    const { code, run: options, err } = await run(["--config", file("wrong.yaml")]);
    expect([code, options]).toEqual([1, undefined]);
    expect(err.trimEnd().split("\n").sort()).toEqual([
      `pointsman: ${file("wrong.yaml")}: limit (line 4:1): unknown key "limit"; did you mean "limits"?`,
      `pointsman: ${file("wrong.yaml")}: resourceTypes.deploy.group (line 3:5): unknown key "group"; did you mean "Group"?`,
    ]);
  });

  test.each([
    [["--config", "/nowhere/c.yaml"], "cannot read the file"],
    [["--http-address", "8080"], '--http-address: "8080" is no address; write HOST:PORT or :PORT'],
    [["--dashboard-address", "here"], '--dashboard-address: "here" is no address'],
    [["--dashboard-auth", "basic"], '--dashboard-auth "basic" is unknown; write one of none, token'],
    [["--log-level", "loud"], '--log-level "loud" is unknown; write one of trace, debug, info'],
    [["--namespace", "Shop"], '--namespace "Shop" is no namespace'],
    [["--kubconfig", "x"], "did you mean --kubeconfig?"],
    [["now"], 'unexpected argument "now"'],
  ])("%j: %s", async (words, expected) => {
    const { code, run: options, err } = await run(words);
    expect([code, options]).toEqual([1, undefined]);
    expect(err).toContain(expected);
  });
});
