import type { Detail } from "../../../src/routing/controller/readModel.js";
import { sampleOf } from "../../../src/routing/controller/weightHistory.js";
import type { WeightSample } from "../../../src/routing/controller/weightHistory.js";
import { explain } from "../../../src/routing/explain/explain.js";
import { PlanWorld } from "../planWorld.js";

const strSpec = `
versions:
- resources: [{gvrShort: deploy, name: app-v1}, {gvrShort: svc, name: app-v1}]
  weight: 80
- resources: [{gvrShort: deploy, name: app-v2}, {gvrShort: svc, name: app-v2}]
  weight: 20
routingTemplates:
  app:
    gvrShort: httproute
    template: |
      apiVersion: gateway.networking.k8s.io/v1
      kind: HTTPRoute
      metadata: {name: app}
      spec:
        parentRefs: [{name: gateway}]
        hostnames: [shop.example.com]
        rules:
        - backendRefs:
          - {name: app-v1, port: 80, weight: {{ index .Weights 0 }}}
          {{- if gt (index .Weights 1) 0 }}
          - {name: app-v2, port: 80, weight: {{ index .Weights 1 }}}
          {{- end }}
`;

/** One routemap through a deletion of its candidate, as the plan and the explanation tell it. */
export class MadeDetail {
  readonly world = new PlanWorld(strSpec);
  private readonly history: WeightSample[] = [];

  constructor() {
    this.world.up("app-v1");
    this.world.up("app-v2");
    this.pass(20_000);
  }

  /** Lets time pass, a second at a time, and notes the weights. */
  pass(ms: number): void {
    for (let left = ms; left > 0; left -= 1_000) {
      this.world.pass(1_000);
      this.note();
    }
  }

  private note(): void {
    const sample = sampleOf(this.world.look(), this.world.epoch);
    const last = this.history.at(-1);
    if (sample === undefined) return;
    if (last === undefined || JSON.stringify({ ...last, at: 0 }) !== JSON.stringify({ ...sample, at: 0 }))
      this.history.push(sample);
  }

  get detail(): Detail {
    const { world } = this;
    const now = { monotonic: world.time, server: world.epoch };
    const explanation = {
      ...explain(world.observe(), world.look(), now),
      namespace: "shop",
      name: "checkout",
      uid: "uid-shop-checkout",
    };
    const reasons = ["RouteCreated", "Held", "TrafficRaised"] as const;
    const happenings = reasons.map((reason, index) => ({
      at: world.epoch - index * 20_000,
      level: "info" as const,
      reason,
      fields: { output: "app", weights: "80/20", generation: 3 - index },
    }));
    return { explanation, history: [...this.history], happenings };
  }
}
