import { describe, expect, it } from "@jest/globals";

import { names } from "../../../src/routing/names.js";
import { PlanWorld } from "../../support/planWorld.js";
import { routeTemplate, versionsOf } from "../../support/routemaps.js";

const versions = versionsOf(["v1", 80], ["v2", 20]);
const route = (parents: string): string =>
  `routes:\n- {kind: HTTPRoute, name: app, hostnames: [app.example.com], parentRefs: ${parents}}\n`;
const generated = versions + route("[{name: gw}]");
const minStable = 3000;

/** The primary serves; the candidate is there and ready, and nobody has looked since. */
function candidateCame(spec = generated): PlanWorld {
  const world = new PlanWorld(spec);
  world.up("v1");
  world.pass(10_000);
  world.up("v2");
  world.log.length = 0;
  return world;
}

/** Lets time pass while no gateway says a word. */
function passUnanswered(world: PlanWorld, ms: number): void {
  for (let left = ms; left > 0; left -= 100) {
    world.time += Math.min(100, left);
    world.settle();
  }
}

const raised = ["claim deploy/v2", "claim svc/v2", "raise app 80/20"];

describe("a candidate's first traffic", () => {
  it("comes once every parent has accepted a generation that names it with weight 0", () => {
    const world = candidateCame();
    passUnanswered(world, minStable + 1000);
    expect(world.log).toEqual(["reweight app 80/0"]);
    world.confirm();
    world.settle();
    expect(world.log.slice(1)).toEqual(raised);
  });

  it("is not held up where the generation was accepted before the candidate had been ready for long enough", () => {
    const world = candidateCame();
    world.settle();
    world.confirm();
    passUnanswered(world, minStable);
    expect(world.log).toEqual(["reweight app 80/0", ...raised]);
  });

  it("comes after confirmTimeout where no parent says anything", () => {
    const world = candidateCame();
    world.settle();
    passUnanswered(world, world.config.release.confirmTimeout - 100);
    expect(world.log).toEqual(["reweight app 80/0"]);
    passUnanswered(world, 100);
    expect(world.log.slice(1)).toEqual(raised);
  });

  it("waits for nobody where the route has no parents", () => {
    const world = candidateCame(versions + routeTemplate("app", "v1", "v2").replace(/parentRefs.*\n/, "\n"));
    world.settle();
    passUnanswered(world, minStable);
    expect(world.log).toEqual(raised);
  });

  it("waits for nobody where the template cannot name a version with weight 0", () => {
    const template = `routingTemplates:
  app:
    gvrShort: httproute
    template: |
      apiVersion: gateway.networking.k8s.io/v1
      kind: HTTPRoute
      metadata: {name: app}
      spec:
        parentRefs: [{name: gw}]
        rules:
        - backendRefs:
          - {name: v1, port: 80, weight: {{ index .Weights 0 }}}
          {{ if gt (index .Weights 1) 0 }}
          - {name: v2, port: 80, weight: {{ index .Weights 1 }}}
          {{ end }}
`;
    const world = candidateCame(versions + template);
    world.settle();
    passUnanswered(world, minStable);
    expect(world.log).toEqual(raised);
  });

  it("waits for nobody in a VirtualService, whose proxies know every Service", () => {
    const spec = `${versions}routes:\n- {kind: VirtualService, name: app, hostnames: [app.example.com]}\n`;
    const world = candidateCame(spec);
    world.settle();
    passUnanswered(world, minStable);
    expect(world.log.at(-1)).toBe("raise app 80/20");
  });

  it("comes at once where the primary has failed and nobody else is ready", () => {
    const world = candidateCame();
    world.settle();
    passUnanswered(world, minStable);
    world.up("v1", false);
    world.settle();
    expect(world.log.at(-1)).toBe("return app 0/20");
  });
});

describe("a candidate that the gateway knows", () => {
  it("is given its traffic back although later generations were not accepted yet", () => {
    const world = candidateCame();
    world.pass(10_000);
    world.up("v2", false);
    world.settle();
    world.up("v2");
    world.log.length = 0;
    passUnanswered(world, 10_000);
    expect(world.log).toEqual(["raise app 80/20"]);
  });

  it("is introduced anew when it was dropped from the route and came back", () => {
    const world = candidateCame();
    world.pass(10_000);
    for (const kind of ["svc", "deploy"]) world.delete(kind, "v2");
    world.pass(60_000);
    world.up("v2");
    world.log.length = 0;
    passUnanswered(world, minStable + 1000);
    expect(world.log).toEqual(["reweight app 80/0"]);
  });

  it("waits after forced traffic to the primary for nothing but its time", () => {
    const world = candidateCame();
    world.pass(10_000);
    world.annotations = { [names.forcePrimary]: "true" };
    world.settle();
    world.annotations = {};
    world.log.length = 0;
    passUnanswered(world, minStable);
    expect(world.log).toEqual(["raise app 80/20"]);
  });
});
