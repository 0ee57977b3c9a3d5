const layer = (name, from, to) => ({
  name,
  severity: "error",
  from: { path: from },
  to: { path: to },
});

const above = {
  base: "^src/(kube|runtime|config|templates|expressions|routing|abn|stats|server|sandbox|cli|app|main)",
  kube: "^src/(runtime|config|templates|expressions|routing|abn|stats|server|sandbox|cli|app|main)",
  runtime: "^src/(config|templates|expressions|routing|abn|stats|server|sandbox|cli|app|main)",
  config: "^src/(templates|expressions|routing|abn|stats|server|sandbox|cli|app|main)",
  templates: "^src/(routing|abn|stats|server|sandbox|cli|app|main)",
  expressions: "^src/(routing|abn|stats|server|sandbox|cli|app|main)",
  routing: "^src/(server|sandbox|cli|app|main)",
  server: "^src/(sandbox|cli|app|main)",
  sandbox: "^src/(cli|app|main)",
};

const io =
  "^(node:)?(fs|net|http|https|http2|tls|dns|child_process|worker_threads|os|process)(/|$)|client-node|pino|prom-client|rxjs";

module.exports = {
  forbidden: [
    ...Object.entries(above).map(([name, to]) => layer(`${name}-imports-downwards-only`, `^src/${name}/`, to)),
    {
      name: "stats-stands-alone",
      severity: "error",
      from: { path: "^src/stats/" },
      to: { pathNot: "^src/stats/" },
    },
    {
      name: "pure-layers-do-no-io",
      severity: "error",
      from: { path: "^src/(routing|stats|templates|expressions)/", pathNot: "^src/routing/controller/" },
      to: { path: io },
    },
    {
      name: "pure-routing-does-not-see-its-shell",
      comment: "The named files of kube/ are pure: names, shapes and field sets.",
      severity: "error",
      from: { path: "^src/routing/", pathNot: "^src/routing/controller/" },
      to: {
        path: "^src/(routing/controller|runtime|kube)/",
        pathNot: "^src/kube/(resource|object|apiError|fieldPaths|fieldset|projection)\\.ts$",
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "client-node-only-in-kubeconfig",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/kube/kubeconfig\\.ts$" },
      to: { path: "client-node", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "sandbox-is-a-development-tool",
      severity: "error",
      from: { path: "^src/(app|routing|kube|runtime|server)" },
      to: { path: "^src/sandbox/" },
    },
    {
      name: "no-cycles",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    { name: "no-orphans", severity: "error", from: { orphan: true, pathNot: "^src/main\\.ts$|index\\.ts$" }, to: {} },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "require", "node", "default"] },
  },
};
