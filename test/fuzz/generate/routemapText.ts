import fc from "fast-check";

import { flood, mutated } from "./mutate.js";
import { routemapPieces } from "./pieces.js";
import { routemapTexts } from "./real.js";
import { templateText } from "./templateText.js";

/** Right ones as a rule, and now and then one that is not. */
function rather<T>(right: readonly T[], wrong: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...right) },
    { weight: 1, arbitrary: fc.constantFrom(...wrong) },
  );
}

const names = rather(
  ["app", "v1", "v2"],
  ["../x", "A", "", "a".repeat(300), "__proto__", "constructor", "bank.payments"],
);
const hosts = fc.constantFrom(
  ...[
    "app.example.com",
    "*",
    "*.payments.svc.cluster.local",
    "bank.payments",
    "bank.payments.svc",
    "BANK.payments",
    "a..b",
  ],
  ...[
    "bank.payments.svc.cluster.local.",
    "xn--nxasmq6b",
    "10.0.0.1",
    "*.",
    "localhost",
    "bank",
    "http://x",
    " ",
    "\u0000",
  ],
);
const odd: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    "",
    0,
    -1,
    1.5,
    1e21,
    true,
    [],
    {},
    [[]],
    "1h",
    "-5s",
    "99999999h",
    Number.MAX_SAFE_INTEGER,
  ),
  fc.jsonValue({ maxDepth: 2 }),
);

/** The value, or now and then something else in its place. */
function mostly(value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 60, arbitrary: value }, { weight: 1, arbitrary: odd });
}

function members(
  model: Readonly<Record<string, fc.Arbitrary<unknown>>>,
  required: readonly string[],
): fc.Arbitrary<unknown> {
  const all = Object.fromEntries(Object.entries(model).map(([key, value]) => [key, mostly(value)]));
  return mostly(fc.record(all, { requiredKeys: [...required] }));
}

const expressions = fc.constantFrom(
  ...[
    "object.status.phase == 'Ready'",
    "true",
    "object",
    "[",
    "object.status.a.all(x, x.b.exists(y, y == x))",
    "1 + 1",
  ],
  ...[
    "object.metadata.labels.a.matches('(a+)+$')",
    "object.status.__proto__ == 1",
    "size(object.status) > 0 ".repeat(99),
  ],
);
const resource = members(
  {
    gvrShort: rather(["svc", "deploy"], ["isvc", "cm", "vs", "secret", "nothing"]),
    name: names,
    namespace: rather(["default"], ["kube-system", "", "a/b"]),
    ready: expressions,
  },
  ["gvrShort", "name"],
);
const version = members(
  {
    name: names,
    weight: rather([0, 1, 80], [-1, 1_000_000, 1_000_001]),
    resources: fc.array(resource, { maxLength: 3 }),
  },
  ["resources"],
);
const route = members(
  {
    kind: rather(["HTTPRoute", "VirtualService"], ["GRPCRoute", "Ingress"]),
    name: names,
    strategy: rather(["blue-green"], ["canary", "mirror", "other"]),
    hostnames: fc.array(hosts, { maxLength: 3 }),
    parentRefs: fc.array(members({ name: names, namespace: names, sectionName: names }, ["name"]), { maxLength: 2 }),
    gateways: fc.array(names, { maxLength: 2 }),
    port: rather([80, 8080], [-1, 0, 65_535, 65_536]),
    match: fc.dictionary(names, odd, { maxKeys: 2 }),
    mirror: fc.dictionary(names, fc.integer({ min: -1, max: 101 }), { maxKeys: 2 }),
    rule: fc.oneof(odd, fc.constant({ timeouts: { request: "5s" }, filters: [{ type: "RequestRedirect" }] })),
    sticky: members({ cookie: fc.oneof(names, fc.constant("a;b")), maxAge: odd }, ["cookie"]),
    service: names,
    subsets: fc.dictionary(names, odd, { maxKeys: 2 }),
  },
  ["kind", "name", "hostnames", "parentRefs"],
);
const template = members(
  {
    gvrShort: fc.constantFrom("httproute", "vs", "dr", "grpcroute", "cm", "secret"),
    template: templateText,
    templateRef: members({ name: names, key: names, namespace: names }, ["name"]),
    values: odd,
  },
  ["gvrShort", "template"],
);
const times = fc.constantFrom<unknown>("0s", "10s", "1h", "-1s", "9999h", "x", 0, 10);
const routemap = members(
  {
    versions: fc.array(version, { maxLength: 4 }),
    routes: fc.array(route, { maxLength: 3 }),
    routingTemplates: fc.dictionary(names, template, { maxKeys: 2 }),
    release: members({ minStable: times, settle: times, drain: times, deadline: times }, []),
  },
  ["versions"],
);

const versions = ["v1", "v2"].map((name) => ({
  name,
  resources: [
    { gvrShort: "deploy", name },
    { gvrShort: "svc", name },
  ],
}));

/** What a template might write where it should not: other kinds, other namespaces, others' hosts, what is not its own to set. */
const outputText: fc.Arbitrary<string> = fc
  .record({
    head: rather(
      [
        "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute",
        "apiVersion: networking.istio.io/v1beta1\nkind: VirtualService",
      ],
      [
        "apiVersion: v1\nkind: Secret",
        "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway",
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding",
      ],
    ),
    name: names,
    more: rather(
      ["", ", namespace: default", ", labels: {a: b}"],
      [
        ", namespace: payments",
        ", ownerReferences: []",
        ", finalizers: [a/b]",
        ", uid: x",
        ", generateName: x",
        ", namespace: ''",
      ],
    ),
    host: hosts,
    end: rather(
      ["", "\n---\n"],
      ["\nstatus: {}", "\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: a}", "\nmetadata: {name: b}"],
    ),
  })
  .map(({ head, name, more, host, end }) => {
    const target =
      "{{ range $i, $v := .Versions }}{destination: {host: {{ .Name }}}, name: {{ .Name }}, port: 80, weight: {{ index $.Weights $i }}}, {{ end }}";
    const rules = head.includes("istio")
      ? `hosts: [${JSON.stringify(host)}], http: [{route: [${target.replaceAll("name: {{ .Name }}, port: 80, ", "")}]}]`
      : `hostnames: [${JSON.stringify(host)}], rules: [{backendRefs: [${target.replace("destination: {host: {{ .Name }}}, ", "")}]}]`;
    return `${head}\nmetadata: {name: ${JSON.stringify(name)}${more}}\nspec: {${rules}}${end}`;
  });

/** Anything that might be the text of a routemap. */
export const routemapText: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: routemap.map((value) => JSON.stringify(value)) },
  {
    weight: 4,
    arbitrary: fc.array(route, { minLength: 1, maxLength: 3 }).map((routes) => JSON.stringify({ versions, routes })),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(rather(["httproute", "vs"], ["dr"]), outputText)
      .map(([gvrShort, text]) =>
        JSON.stringify({ versions, routingTemplates: { main: { gvrShort, template: text } } }),
      ),
  },
  { weight: 4, arbitrary: mutated(routemapTexts(), fc.oneof(fc.constantFrom(...routemapPieces), hosts, names)) },
  { weight: 1, arbitrary: flood(routemapPieces, 250_000) },
);
