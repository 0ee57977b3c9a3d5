import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { decodeDetail, decodeList } from "../../src/server/dashboard/page/decode.js";
import type { DetailAnswer, ListAnswer } from "../../src/server/dashboard/page/types.js";
import { App } from "../support/app.js";
import type { ControllerProcess } from "../support/controllerProcess.js";
import { dashboardOf } from "../support/dashboard/dashboardOf.js";
import { StreamReader } from "../support/dashboard/streamReader.js";
import { waitFor } from "../support/plane/waitFor.js";
import { Scene } from "../support/scene.js";

describe("the dashboard of a running controller", () => {
  let scene: Scene;
  let controller: ControllerProcess;
  let url: string;

  beforeAll(async () => {
    scene = await Scene.open("dashboard");
    const flags = ["--leader-elect=true", "--dashboard-address", "127.0.0.1:0"];
    controller = await scene.controller({ flags });
    url = await dashboardOf(controller);
  }, 60_000);
  afterAll(async () => scene.close(), 60_000);

  async function list(): Promise<ListAnswer> {
    const answer = decodeList(await (await fetch(`${url}api/v1/routemaps`)).json());
    if (answer === undefined) throw new Error("no list");
    return answer;
  }

  async function detail(name: string): Promise<DetailAnswer> {
    const answer = decodeDetail(await (await fetch(`${url}api/v1/routemaps/${scene.namespace}/${name}`)).json());
    if (answer === undefined) throw new Error("no routemap");
    return answer;
  }

  it("serves the page, and files of its own only", async () => {
    const page = await fetch(url);
    expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
    const html = await page.text();
    const files = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => file);
    expect(files).toEqual(["icon.svg", "app.css", "app.js"]);
    for (const file of files) expect((await fetch(`${url}${String(file)}`)).status).toBe(200);
    expect((await fetch(`${url}chunks/`)).status).toBe(404);
    expect((await fetch(`${url}metrics`)).status).toBe(404);
  });

  it("lists a routemap as the cluster has it, and explains it", async () => {
    const app = await new App(scene, "shown").whole();
    await waitFor(async () => (await list()).items.some(({ name, ready }) => name === "shown" && ready === "True"), {
      describe: "the routemap to be listed as ready",
    });
    const { explanation, history, happenings } = await detail("shown");
    expect(explanation.versions.map(({ weight }) => weight.percent.stored)).toEqual([80, 20]);
    expect(explanation.routes).toMatchObject([{ name: "shown", state: "current" }]);
    expect(explanation.routes[0]?.writers.some(({ ours }) => ours)).toBe(true);
    expect(history.at(-1)?.stored).toEqual([80, 20]);
    expect(happenings.map(({ reason }) => reason)).toEqual(expect.arrayContaining(["RouteCreated", "Held"]));
    expect(app.versions.length).toBe(2);
  });

  it("tells a stream at once when traffic returns", async () => {
    const app = await new App(scene, "moving").whole();
    const one = await StreamReader.open(`${url}api/v1/stream?namespace=${scene.namespace}&name=moving`);
    const all = await StreamReader.open(`${url}api/v1/stream`);
    await waitFor(() => all.events.some(({ type }) => type === "hello"), { describe: "the stream to begin" });
    await app.setReady(2, false);
    await waitFor(
      () =>
        one.events.some(
          (event) => event.type === "routemap" && event.detail.explanation.versions[1]?.weight.stored === 0,
        ),
      { describe: "the stream to show that the traffic is back" },
    );
    await waitFor(
      () =>
        all.events.some(
          (event) =>
            event.type === "summaries" &&
            event.changed.some(({ name, versions }) => name === "moving" && versions[1]?.weight.stored === 0),
        ),
      { describe: "the summary to follow" },
    );
    one.close();
    all.close();
  });

  it("answers nobody who calls it by a foreign name or from a foreign page", async () => {
    const foreign = await fetch(`${url}api/v1/routemaps`, { headers: { Origin: "https://evil.example" } });
    expect(foreign.status).toBe(403);
    expect(await foreign.json()).toMatchObject({ status: 403, title: "Foreign origin" });
  });
});
