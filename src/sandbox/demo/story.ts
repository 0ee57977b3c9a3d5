import type { DemoVersion } from "./objects.js";
import { demoRoute } from "./objects.js";
import type { Stage } from "./stage.js";

/** A step of the story. */
export interface Step {
  readonly name: string;
  readonly title: string;
  /** What happens now, in plain words. */
  readonly says: string;
  /** Plays it; what was missing at its end, undefined where everything came as it should. */
  play(stage: Stage): Promise<string | undefined>;
}

const two: readonly DemoVersion[] = [
  { name: "v1", weight: 70 },
  { name: "v2", weight: 30 },
];
const three: readonly DemoVersion[] = [
  { name: "v1", weight: 60 },
  { name: "v2", weight: 20 },
  { name: "v3", weight: 20 },
];

/** How long anything may take that a controller has to do. */
const patience = 15_000;

/** The story, from the first request to the brake. */
export const story: readonly Step[] = [
  {
    name: "primary",
    title: "A primary serves",
    says: "v1 is deployed, and a routemap says who gets what. Users come.",
    async play(stage) {
      await stage.deploy("v1", "primary");
      await stage.routemap(two);
      if (!(await stage.untilServed(patience))) return "v1 does not answer";
      stage.load.start();
      await stage.show(3_000);
      return undefined;
    },
  },
  {
    name: "candidate",
    title: "A candidate is deployed",
    says: "v2's Pods start and its smoke test runs. Until all of it is ready, v2 gets no request.",
    async play(stage) {
      const problem = await bringUp(stage, "v2");
      return problem ?? ((await hasWeight(stage, "v2")) ? undefined : "v2 got no weight");
    },
  },
  {
    name: "split",
    title: "Traffic splits",
    says: "v2 is ready: 70 % of the requests go to v1 and 30 % to v2.",
    async play(stage) {
      await stage.show(4_000);
      return undefined;
    },
  },
  {
    name: "weights",
    title: "Weights change by annotation",
    says: "kubectl annotate deployment/v2 iter8.tools/weight=70: now both get half.",
    async play(stage) {
      await stage.annotate("deployments", "v2", { "iter8.tools/weight": "70" });
      if (!(await stage.until(() => stage.world.weights()["v2"] === 70, patience))) return "the weights did not change";
      await stage.show(4_000);
      return undefined;
    },
  },
  {
    name: "delete",
    title: "The candidate is deleted under load",
    says: "kubectl delete deployment,service,smoketest v2: its Pods stay until the last of its requests is answered.",
    async play(stage) {
      await stage.remove("v2");
      if (!(await lacksWeight(stage, "v2"))) return "v2 kept its weight";
      if (!(await stage.until(() => stage.world.podsOf("v2").length === 0, patience * 2))) return "v2's Pods stayed";
      await stage.show(1_000);
      return undefined;
    },
  },
  {
    name: "break",
    title: "A version breaks",
    says: "v2 is back, until its smoke test fails: it loses its traffic at once, and gets it back when the test passes.",
    async play(stage) {
      const problem = await bringUp(stage, "v2");
      if (problem !== undefined) return problem;
      if (!(await hasWeight(stage, "v2"))) return "v2 got no weight";
      await stage.show(2_500);
      await stage.report("v2", false);
      if (!(await lacksWeight(stage, "v2"))) return "v2 kept its weight";
      await stage.show(2_500);
      await stage.report("v2", true);
      return (await hasWeight(stage, "v2")) ? undefined : "v2 did not come back";
    },
  },
  {
    name: "third",
    title: "A third version joins",
    says: "The routemap lists v3 too, and v3 is deployed: 60, 20 and 20 % once it is ready.",
    async play(stage) {
      await stage.routemap(three);
      const problem = await bringUp(stage, "v3");
      if (problem !== undefined) return problem;
      if (!(await hasWeight(stage, "v3"))) return "v3 got no weight";
      await stage.show(4_000);
      return undefined;
    },
  },
  {
    name: "force-primary",
    title: "The operator pulls the brake",
    says: "kubectl annotate configmap/shop iter8.tools/force-primary=true: everything goes to v1, at once.",
    async play(stage) {
      await stage.annotate("configMaps", demoRoute.name, { "iter8.tools/force-primary": "true" });
      const isBack = (): boolean => ["v2", "v3"].every((name) => stage.world.weights()[name] === 0);
      if (!(await stage.until(isBack, 5_000))) return "the brake did nothing";
      await stage.show(3_000);
      return undefined;
    },
  },
];

/** Deploys a candidate, whose test passes a moment after its Pods are ready. */
async function bringUp(stage: Stage, version: string): Promise<string | undefined> {
  const before = stage.load.version(version)?.answered ?? 0;
  await stage.deploy(version, "candidate");
  if (!(await stage.until(() => stage.world.isAvailable(version), patience)))
    return `${version} did not become available`;
  await stage.show(500);
  const early = (stage.load.version(version)?.answered ?? 0) - before;
  await stage.report(version, true);
  return early > 0 ? `${version} got ${early} requests before it was ready` : undefined;
}

function hasWeight(stage: Stage, version: string): Promise<boolean> {
  return stage.until(() => (stage.world.weights()[version] ?? 0) > 0, patience);
}

function lacksWeight(stage: Stage, version: string): Promise<boolean> {
  return stage.until(() => (stage.world.weights()[version] ?? 0) === 0, patience);
}
