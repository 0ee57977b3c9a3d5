import type { App } from "../../support/app.js";
import { configMaps, deployments, httpRoutes, services } from "../../support/scene.js";
import type { Scenario } from "./scenario.js";

const bound = 40_000;

/**
 * Every scenario whose writes are interrupted. One more is one more entry: a deletion in the foreground and an
 * uninstallation belong here.
 */
export const scenarios: readonly Scenario[] = [
  {
    name: "first candidate",
    async prepare(app) {
      await app.routemap(1);
      await app.deploy(1);
      await untilShares(app, `${app.version(1)}=80`);
    },
    async act(app) {
      await app.routemap();
      await app.deploy(2);
    },
    done: (app) => atFullWeights(app),
  },
  {
    name: "raise",
    prepare: whole,
    act: (app) => weigh(app, 2, "60"),
    done: (app) => untilShares(app, app.shares(80, 60)),
  },
  {
    name: "reweight",
    prepare: whole,
    async act(app) {
      await app.scene.routemap(
        app.name,
        app.spec().replace("weight: 80", "weight: 50").replace("weight: 20", "weight: 50"),
      );
    },
    done: (app) => untilShares(app, app.shares(50, 50)),
  },
  {
    name: "lower",
    prepare: whole,
    act: (app) => weigh(app, 2, "5"),
    done: (app) => untilShares(app, app.shares(80, 5)),
  },
  {
    name: "lower to nothing",
    prepare: whole,
    act: (app) => weigh(app, 2, "0"),
    async done(app) {
      await untilShares(app, app.shares(80, 0));
      await app.untilHeld(2, false);
    },
  },
  {
    name: "background delete",
    prepare: whole,
    act: (app) => app.remove(2),
    done: (app) => candidateGone(app),
  },
  {
    name: "Service and Deployment deleted in Helm's order",
    prepare: whole,
    async act(app) {
      await app.scene.delete(services, app.version(2));
      await app.scene.delete(deployments, app.version(2));
    },
    done: (app) => candidateGone(app),
  },
  {
    name: "replace",
    prepare: whole,
    async act(app) {
      await app.remove(2);
      await app.untilGone(2, bound);
      await app.deploy(2);
    },
    done: (app) => atFullWeights(app),
  },
  {
    name: "three versions",
    weights: [60, 30, 10],
    prepare: whole,
    async act(app) {
      await app.remove(2);
      await weigh(app, 3, "40");
    },
    async done(app) {
      await app.untilGone(2, bound);
      await untilShares(app, app.shares(60, 0, 40));
    },
  },
  {
    name: "dropped from the spec",
    prepare: whole,
    act: (app) => app.routemap(1),
    async done(app) {
      await untilShares(app, `${app.version(1)}=80`);
      await app.untilHeld(1, false);
      await app.untilHeld(2, false);
    },
  },
  {
    name: "routemap deleted",
    prepare: whole,
    act: (app) => app.scene.delete(configMaps, app.name),
    async done(app) {
      await app.scene.untilGone(httpRoutes, app.name, bound);
      await app.untilHeld(1, false);
      await app.untilHeld(2, false);
    },
  },
  {
    name: "adopt",
    async prepare(app) {
      await app.scene.apply(httpRoutes, foreignRoute(app));
      await app.routemap();
      await app.deploy(1, 2);
      await app.scene.untilCondition(app.name, "NotOurs", bound);
    },
    async act(app) {
      await app.scene.patch(configMaps, app.name, { metadata: { annotations: { "iter8.tools/adopt": "true" } } });
    },
    done: (app) => atFullWeights(app),
  },
  {
    name: "lease",
    elected: true,
    prepare: () => Promise.resolve(),
    act: (app) => whole(app),
    done: (app) => atFullWeights(app),
    at: ({ resource, key }) => resource === "leases" && /#[12]$/.test(key),
  },
];

/** The primary first, so that the Events about what comes before are the same in every run. */
async function whole(app: App): Promise<void> {
  await app.routemap();
  await app.deploy(1);
  await untilShares(app, app.shares(...app.weights.map((weight, index) => (index === 0 ? weight : 0))));
  await app.deploy(...app.weights.map((_, index) => index + 1).slice(1));
  await atFullWeights(app);
}

async function atFullWeights(app: App): Promise<void> {
  await untilShares(app, app.shares(...app.weights));
  for (const index of app.weights.keys()) await app.untilHeld(index + 1);
}

function untilShares(app: App, shares: string): Promise<void> {
  return app.scene.untilShares(app.name, shares, bound);
}

async function candidateGone(app: App): Promise<void> {
  await app.untilGone(2, bound);
  await untilShares(app, app.shares(80, 0));
}

/** Sets the weight annotation of a version. */
async function weigh(app: App, number: number, weight: string): Promise<void> {
  await app.scene.patch(deployments, app.version(number), {
    metadata: { annotations: { "iter8.tools/weight": weight } },
  });
}

function foreignRoute(app: App) {
  return {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "HTTPRoute",
    metadata: { name: app.name, labels: { team: "shop" } },
    spec: { parentRefs: [{ name: "gateway" }], rules: [{ backendRefs: [{ name: app.version(1), port: 80 }] }] },
  };
}
