import type { JsonObject } from "../../../../../src/base/json.js";
import { apply, create, json, merge, story, strategic } from "./story.js";

const container = (name: string, rest: JsonObject = {}): JsonObject => ({ name, image: `${name}:1`, ...rest });
const labels = { app: "a" };
const deployment = (spec: JsonObject): JsonObject => ({
  spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
});
const podOf = (spec: JsonObject): JsonObject => ({ spec: { template: { spec } } });

/** What patches of all types do to built-in kinds. */
export const patchStories = [
  story("Deployment", "a Deployment is completed by defaults and owned by field", [
    apply("a", deployment({ containers: [container("app", { ports: [{ containerPort: 80 }] })] })),
    apply("b", { spec: { replicas: 3 } }),
    apply("a", deployment({ containers: [container("app", { image: "app:2", env: [{ name: "E", value: "1" }] })] })),
    merge("k", { spec: { replicas: 4 } }),
    apply("b", { spec: { replicas: 3 } }),
    apply("b", { spec: { replicas: 3 } }, { force: true }),
    apply("b", {}),
  ]),
  story("Deployment", "strategic merge goes by the names of containers, volumes and variables", [
    create(
      "c",
      deployment({
        containers: [
          container("app", {
            env: [
              { name: "A", value: "1" },
              { name: "B", value: "2" },
            ],
            ports: [{ containerPort: 80 }, { containerPort: 81, name: "admin" }],
            volumeMounts: [{ name: "v", mountPath: "/v" }],
          }),
          container("side"),
        ],
        volumes: [{ name: "v", emptyDir: {} }],
        tolerations: [{ key: "k", operator: "Exists" }],
      }),
    ),
    strategic("p", podOf({ containers: [{ name: "side", image: "side:2" }] })),
    strategic(
      "p",
      podOf({
        containers: [
          {
            name: "app",
            env: [
              { name: "A", $patch: "delete" },
              { name: "C", value: "3" },
            ],
          },
        ],
      }),
    ),
    strategic(
      "p",
      podOf({ containers: [{ name: "app", ports: [{ containerPort: 81, name: "other" }, { containerPort: 82 }] }] }),
    ),
    strategic(
      "p",
      podOf({
        volumes: [
          { name: "v", $retainKeys: ["name", "configMap"], configMap: { name: "c" } },
          { name: "w", emptyDir: {} },
        ],
      }),
    ),
    strategic("p", podOf({ tolerations: [{ key: "other", operator: "Exists" }] })),
    strategic(
      "p",
      podOf({
        "$setElementOrder/containers": [{ name: "new" }, { name: "side" }, { name: "app" }],
        containers: [container("new")],
      }),
    ),
    strategic("p", podOf({ containers: [{ $patch: "replace" }, container("only")] })),
    strategic("p", podOf({ containers: [container("only", { resources: { limits: { cpu: "1" } } })] })),
    strategic("p", podOf({ containers: [{ image: "x" }] })),
    strategic("p", podOf({ containers: [{ name: "only", $patch: "merge" }] })),
    strategic("p", podOf({ $patch: "nonsense" })),
    strategic("p", podOf({ volumes: null, terminationGracePeriodSeconds: null })),
    strategic("p", { spec: { strategy: { $patch: "replace", type: "Recreate" } } }),
    strategic("p", { spec: { strategy: { $retainKeys: ["type"], type: "RollingUpdate" } } }),
    strategic("p", { spec: { strategy: { $retainKeys: ["type"], type: "Recreate", rollingUpdate: {} } } }),
  ]),
  story("Service", "strategic merge of a Service goes by the port", [
    create("c", {
      spec: {
        selector: labels,
        ports: [
          { port: 80, name: "web" },
          { port: 90, name: "old", targetPort: "x" },
        ],
      },
    }),
    strategic("p", { spec: { ports: [{ port: 80, targetPort: 8080 }] } }),
    strategic("p", {
      spec: {
        ports: [
          { port: 90, $patch: "delete" },
          { port: 91, name: "new" },
        ],
      },
    }),
    strategic("p", { spec: { selector: { tier: "b", app: null } } }),
    apply("a", { spec: { ports: [{ port: 80, name: "web", targetPort: 8080 }] } }),
    apply("a", {
      spec: {
        ports: [
          { port: 80, name: "web", targetPort: 8081 },
          { port: 443, name: "tls" },
        ],
      },
    }),
    apply(
      "a",
      { spec: { ports: [{ port: 80, name: "web", targetPort: 8081 }], selector: { app: "z" } } },
      { force: true },
    ),
    apply("a", { spec: { ports: [{ port: 80, name: "web", targetPort: 8081 }] } }),
  ]),
  story("ConfigMap", "finalizers are merged by strategic patch and taken out by value", [
    create("c", { data: { a: "1" } }, { metadata: { finalizers: ["example.com/a", "example.com/b"] } }),
    strategic("p", { metadata: { finalizers: ["example.com/c"] } }),
    strategic("p", { metadata: { "$deleteFromPrimitiveList/finalizers": ["example.com/a"] } }),
    strategic("p", {
      metadata: {
        "$setElementOrder/finalizers": ["example.com/c", "example.com/d", "example.com/b"],
        finalizers: ["example.com/d"],
      },
    }),
    strategic("p", { metadata: { "$deleteFromPrimitiveList/finalizers": "example.com/a" } }),
    strategic("p", { metadata: { finalizers: ["example.com/e"], "$setElementOrder/finalizers": ["example.com/d"] } }),
    strategic("p", { data: { $patch: "replace", n: "1" }, metadata: { finalizers: null } }),
    strategic("p", { data: { $patch: "delete" } }),
    strategic("p", { data: { x: null, y: "1" } }),
  ]),
  story("ConfigMap", "JSON patches do what they say or nothing", [
    create("c", { data: { a: "1", b: "2" } }),
    json("j", [{ op: "add", path: "/data/c~1d", value: "3" }]),
    json("j", [{ op: "test", path: "/data/a", value: "2" }]),
    json("j", [{ op: "remove", path: "/data/none" }]),
    json("j", [{ op: "replace", path: "/data/none", value: "1" }]),
    json("j", [{ op: "add", path: "/none/x", value: "1" }]),
    json("j", [
      { op: "copy", from: "/data/a", path: "/data/e" },
      { op: "move", from: "/data/b", path: "/data/f" },
    ]),
    json("j", [{ op: "copy", from: "/data/none", path: "/data/e" }]),
    json("j", [{ op: "test", path: "/data/none", value: null }]),
    json("j", [{ op: "nonsense", path: "/data/a" }]),
    json("j", [{ op: "add", value: "x" }]),
    json("j", [{ op: "add", path: "/metadata/finalizers", value: ["example.com/a"] }]),
    json("j", [{ op: "add", path: "/metadata/finalizers/5", value: "example.com/b" }]),
    json("j", [
      { op: "add", path: "/metadata/finalizers/-", value: "example.com/b" },
      { op: "remove", path: "/metadata/finalizers/0" },
    ]),
    json("j", [{ op: "remove", path: "/metadata/finalizers/7" }]),
    json("j", [{ op: "remove", path: "/metadata/finalizers" }]),
    json("j", { op: "remove", path: "/data" }),
    merge("m", { data: { a: null, z: "1" } }),
    merge("m", { data: null }),
    merge("m", []),
    merge("m", { metadata: { labels: { a: "1", b: null } } }),
  ]),
  story("Gauge", "custom resources know no strategic merge", [
    create("c", { spec: { size: 1 } }),
    strategic("p", { spec: { size: 2 } }),
    merge("m", { spec: { labels: { a: "1" }, unknown: 1 } }),
    json("j", [{ op: "replace", path: "/spec/size", value: "x" }]),
  ]),
  story("Pod", "a Pod is completed by defaults", [
    create("c", {
      spec: {
        containers: [
          {
            name: "a",
            image: "a",
            ports: [{ containerPort: 80 }],
            livenessProbe: { httpGet: { port: 80 } },
            resources: { limits: { cpu: "1", memory: "1Gi" }, requests: { cpu: "500m" } },
            env: [{ name: "N", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } }],
          },
          { name: "b", image: "host:5000/b@sha256:0000000000000000000000000000000000000000000000000000000000000000" },
          { name: "c", image: "host:5000/c:v1" },
        ],
        volumes: [{ name: "e" }, { name: "s", secret: { secretName: "s" } }, { name: "c", configMap: { name: "c" } }],
      },
    }),
    strategic("p", { metadata: { labels: { a: "1" } } }),
    apply("a", { spec: { containers: [{ name: "a", image: "a:2" }] } }),
  ]),
];
