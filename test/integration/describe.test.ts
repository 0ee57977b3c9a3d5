import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { App } from "../support/app.js";
import { hasKubectl } from "../support/kubectl.js";
import { OtherWriters } from "../support/otherWriters.js";
import { waitFor } from "../support/plane/waitFor.js";
import { Scene } from "../support/scene.js";

const run = promisify(execFile);

/** The kubectl commands of docs/operate.md under "Where to look first", without what they are piped into. */
async function documented(): Promise<readonly string[]> {
  const text = await readFile("docs/operate.md", "utf8");
  const section = text.slice(text.indexOf("## Where to look first"), text.indexOf("## Metrics, alerts"));
  return [...section.matchAll(/^kubectl (.*?)(?: \|.*)?$/gm)].map(([, command]) => command ?? "");
}

(hasKubectl() ? describe : describe.skip)("what docs/operate.md tells to type", () => {
  let scene: Scene;
  let app: App;
  let commands: readonly string[];
  beforeAll(async () => {
    scene = await Scene.open("describe");
    commands = await documented();
    await scene.controller();
    app = new App(scene, "app");
    await app.deploy(1);
    await app.routemap();
    await app.untilShares(80, 0);
    await app.deploy(2);
    await app.untilShares(80, 20);
    await app.setReady(2, false);
    await app.untilShares(80, 0);
    await scene.routemap("broken", "versions: [{name: v1, wait: 80}]\n");
    const others = new OtherWriters(scene);
    await others.untilReady("app", "True");
    await others.untilReady("broken", "False");
  }, 60_000);
  afterAll(async () => scene.close(), 60_000);

  /** Runs the one documented command that contains `word`, in the scene's namespace. */
  async function typed(word: string, routemap = "app"): Promise<string> {
    const found = commands.filter((command) => command.includes(word));
    expect(found).toHaveLength(1);
    const words = (found[0] ?? "")
      .replace(/-n (shop|pointsman-system)/, `-n ${scene.namespace}`)
      .replace("configmap app", `configmap ${routemap}`)
      .match(/(?:'[^']*'|[^\s'])+/g);
    const args = (words ?? []).map((each) => each.replaceAll("'", ""));
    const env = { ...process.env, KUBECONFIG: scene.plane.kubeconfigPath };
    return (await run("kubectl", args, { env, timeout: 60_000 })).stdout;
  }

  it("lists every routemap with its readiness", async () => {
    const rows = (await typed("custom-columns")).split("\n").map((line) => line.split(/\s+/));
    expect(rows[0]).toEqual(["NAMESPACE", "NAME", "READY"]);
    expect(rows).toContainEqual([scene.namespace, "app", "True"]);
    expect(rows).toContainEqual([scene.namespace, "broken", "False"]);
  });

  it("waits until a routemap is ready", async () => {
    expect(await typed("wait configmap/app")).toBe("configmap/app condition met\n");
  });

  it("prints the status alone", async () => {
    const status: unknown = JSON.parse(await typed("iter8\\.tools/status"));
    expect(status).toMatchObject({ versions: [{ name: "app-v1" }, { name: "app-v2" }] });
  });

  it("names who leads", async () => {
    expect(await typed("get lease")).toMatch(/_\d+_\w+$/);
  });

  it("describes what happened to a routemap, in words that name versions and weights", async () => {
    const seen = await waitFor(
      async () => {
        const text = await typed("describe configmap");
        return text.includes("TrafficReturned") && text.replace(/ +/g, " ");
      },
      { describe: "the last Event" },
    );
    const told = seen.slice(seen.indexOf("Events:"));
    for (const [type, reason, note] of [
      ["Normal", "RouteCreated", "HTTPRoute app: weights app-v1=\\d+, app-v2=0"],
      ["Normal", "TrafficRaised", "HTTPRoute app: weights app-v1=80, app-v2=20"],
      ["Normal", "TrafficReturned", "HTTPRoute app: weights app-v1=80, app-v2=0"],
    ])
      expect(told).toMatch(new RegExp(`${type} ${reason} \\S+( \\(x\\d+ over \\w+\\))? pointsman\\S* ${note}`));
  });

  it("describes what is wrong with a routemap, and where", async () => {
    const seen = await waitFor(
      async () => {
        const text = await typed("describe configmap", "broken");
        return text.includes("NotReady") && text;
      },
      { describe: "the Event NotReady" },
    );
    expect(seen).toMatch(/Warning +SpecInvalid .*versions\[0\].*wait/);
    // Events are kept for an hour; what is longest of the status stands in its first line.
    expect(seen).toMatch(/iter8.tools\/status:\s+.*versions\[0\].*unknown key/);
  });
});
