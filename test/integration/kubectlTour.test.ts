import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { hasKubectl } from "../support/kubectl.js";
import { Scene } from "../support/scene.js";

const application = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      terminationGracePeriodSeconds: 1
      containers: [{name: app, image: "example.com/app:1"}]
---
apiVersion: v1
kind: Service
metadata: {name: web, labels: {app: web}}
spec: {selector: {app: web}, clusterIP: None, ports: [{port: 80}]}
`;

const settings = (value: string, name = "settings"): string => `apiVersion: v1
kind: ConfigMap
metadata:
  name: ${name}
data:
  level: ${value}
`;

(hasKubectl() ? describe : describe.skip)("kubectl", () => {
  let scene: Scene;
  let folder: string;
  beforeAll(async () => {
    scene = await Scene.open("kubectl");
    folder = await mkdtemp(join(tmpdir(), "pointsman-kubectl-"));
    await writeFile(join(folder, "app.yaml"), application);
    await writeFile(join(folder, "settings.yaml"), settings("info"));
  }, 60_000);
  afterAll(async () => {
    await scene.close();
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  /** Output and errors together, and the exit code where it is not 0, with what differs from run to run masked. */
  function kubectl(command: string, stdin = ""): Promise<string> {
    const words = command.match(/'[^']*'|\S+/g) ?? [];
    const args = words.map((word) => word.replace(/^'|'$/g, "").replace(/='|'$/g, (quote) => quote.replace("'", "")));
    const env = { ...process.env, KUBECONFIG: scene.plane.kubeconfigPath, HOME: folder, KUBECTL_EXTERNAL_DIFF: "" };
    return new Promise((resolve) => {
      const child = execFile(
        "kubectl",
        ["--namespace", scene.namespace, ...args],
        { cwd: folder, env, timeout: 60_000 },
        (error, stdout, stderr) => {
          const code = error === null ? "" : `exit ${String(error.code)}\n`;
          resolve(masked(`${stdout}${stderr}${code}`));
        },
      );
      child.stdin?.end(stdin);
    });
  }

  const masked = (text: string): string =>
    text
      .replaceAll(scene.namespace, "NAMESPACE")
      .replace(/\b\d+(s|m\d*s?)(?=\s|$)/gm, "AGE")
      .replace(/\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ\b/g, "TIME")
      .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "UID")
      .replace(/[ ]+$/gm, "")
      .replace(/ {2,}/g, "  ")
      .trim();

  it("applies, and sees that nothing changed", async () => {
    expect(await kubectl("apply -f app.yaml")).toBe("deployment.apps/web created\nservice/web created");
    expect(await kubectl("apply -f app.yaml")).toBe("deployment.apps/web unchanged\nservice/web unchanged");
    expect(await kubectl("apply -f settings.yaml")).toBe("configmap/settings created");
  });

  it("waits for a rollout and for conditions", async () => {
    expect(await kubectl("rollout status deployment/web --timeout=30s")).toMatch(
      /deployment "web" successfully rolled out$/,
    );
    expect(await kubectl("wait deployment/web --for=condition=Available --timeout=30s")).toBe(
      "deployment.apps/web condition met",
    );
    expect(await kubectl("wait configmap/settings --for=jsonpath={.data.level}=info --timeout=30s")).toBe(
      "configmap/settings condition met",
    );
  });

  it("prints tables, wide tables, names and single fields", async () => {
    expect(await kubectl("get deployments,services")).toBe(
      [
        "NAME  READY  UP-TO-DATE  AVAILABLE  AGE",
        "deployment.apps/web  1/1  1  1  AGE",
        "",
        "NAME  TYPE  CLUSTER-IP  EXTERNAL-IP  PORT(S)  AGE",
        "service/web  ClusterIP  None  <none>  80/TCP  AGE",
      ].join("\n"),
    );
    expect(await kubectl("get configmap settings")).toBe("NAME  DATA  AGE\nsettings  1  AGE");
    expect(await kubectl("get deployment web -o wide --no-headers")).toBe(
      "web  1/1  1  1  AGE  app  example.com/app:1  app=web",
    );
    expect(await kubectl("get deployments -l app=web -o name")).toBe("deployment.apps/web");
    expect(await kubectl("get configmap -l nothing=here")).toBe("No resources found in NAMESPACE namespace.");
    expect(await kubectl("get configmap settings -o jsonpath={.data.level}")).toBe("info");
    expect(await kubectl("get configmap none")).toBe(
      'Error from server (NotFound): configmaps "none" not found\nexit 1',
    );
    expect(await kubectl("get nothings")).toBe('error: the server doesn\'t have a resource type "nothings"\nexit 1');
  });

  it("labels, annotates and patches, by each kind of patch", async () => {
    expect(await kubectl("label configmap/settings tier=back")).toBe("configmap/settings labeled");
    expect(await kubectl("label configmap/settings tier=front")).toMatch(/^error: .*overwrite is false/);
    expect(await kubectl("label configmap/settings tier-")).toBe("configmap/settings unlabeled");
    expect(await kubectl("annotate configmap/settings example.com/x=y")).toBe("configmap/settings annotated");
    expect(await kubectl(`patch configmap settings -p '{"data":{"a":"1"}}'`)).toBe("configmap/settings patched");
    expect(await kubectl(`patch configmap settings --type=merge -p '{"data":{"a":"1"}}'`)).toBe(
      "configmap/settings patched (no change)",
    );
    expect(
      await kubectl(`patch configmap settings --type=json -p '[{"op":"replace","path":"/data/a","value":"2"}]'`),
    ).toBe("configmap/settings patched");
    expect(await kubectl(`patch configmap settings --type=json -p '[{"op":"remove","path":"/data/none"}]'`)).toBe(
      "The request is invalid: the server rejected our request due to an error in our request\nexit 1",
    );
    expect(await kubectl("get configmap settings -o jsonpath={.data}")).toBe('{"a":"2","level":"info"}');
  });

  it("shows what a changed file would change, client-side and server-side, and applies it", async () => {
    await writeFile(join(folder, "app.yaml"), application.replace("replicas: 1", "replicas: 2"));
    for (const command of ["diff -f app.yaml", "diff --server-side --force-conflicts -f app.yaml"]) {
      const lines = (await kubectl(command)).split("\n");
      expect(lines.filter((line) => /^[-+] {2}(generation|replicas)/.test(line))).toEqual([
        "-  generation: 1",
        "+  generation: 2",
        "-  replicas: 1",
        "+  replicas: 2",
      ]);
      expect(lines.at(-1)).toBe("exit 1");
    }
    expect(await kubectl("apply -f app.yaml --dry-run=server")).toBe(
      "deployment.apps/web configured (server dry run)\nservice/web unchanged (server dry run)",
    );
    expect(await kubectl("apply -f app.yaml")).toBe("deployment.apps/web configured\nservice/web unchanged");
    expect(await kubectl("diff -f app.yaml")).toBe("");
    expect(await kubectl("get deployment web -o jsonpath={.spec.replicas}/{.metadata.generation}")).toBe("2/2");
  });

  it("refuses unknown fields before anything is stored", async () => {
    const wrong = settings("info", "wrong").replace("\ndata:", "\ndate:");
    await writeFile(join(folder, "wrong.yaml"), wrong);
    expect(await kubectl("apply -f wrong.yaml")).toMatch(/strict decoding error: unknown field "date"\nexit 1$/);
    expect(await kubectl("get configmap wrong --ignore-not-found")).toBe("");
  });

  it("applies server-side, tells of conflicts with their managers, and forces", async () => {
    await writeFile(join(folder, "shared.yaml"), settings("info", "shared"));
    const apply = "apply --server-side -f shared.yaml --field-manager";
    expect(await kubectl(`${apply}=one`)).toBe("configmap/shared serverside-applied");
    await writeFile(join(folder, "shared.yaml"), settings("debug", "shared"));
    const conflict = (await kubectl(`${apply}=two`)).split("\n");
    expect([conflict[0], conflict.at(-1)]).toEqual([
      'error: Apply failed with 1 conflict: conflict with "one": .data.level',
      "exit 1",
    ]);
    expect(await kubectl(`${apply}=two --force-conflicts`)).toBe("configmap/shared serverside-applied");
    expect(await kubectl("get configmap shared -o jsonpath={.data.level}{.metadata.managedFields[*].manager}")).toBe(
      "debugtwo",
    );
  });

  it("scales, sets images and restarts", async () => {
    expect(await kubectl("scale deployment/web --replicas=1")).toBe("deployment.apps/web scaled");
    expect(await kubectl("set image deployment/web app=example.com/app:2")).toBe("deployment.apps/web image updated");
    expect(await kubectl("rollout restart deployment/web")).toBe("deployment.apps/web restarted");
    expect(await kubectl("rollout status deployment/web --timeout=30s")).toMatch(/successfully rolled out$/);
    expect(await kubectl("get deployment web -o jsonpath={.spec.replicas}{..image}")).toBe("1example.com/app:2");
  });

  it("describes objects", async () => {
    const lines = (await kubectl("describe configmap settings")).split("\n");
    expect(lines).toEqual(expect.arrayContaining(["Name:  settings", "Namespace:  NAMESPACE", "level:", "info"]));
    const deployment = await kubectl("describe deployment web");
    expect(deployment).toMatch(/^Replicas: {2}1 desired \| 1 updated \| 1 total \| 1 available \| 0 unavailable$/m);
    expect(deployment).toMatch(/^StrategyType: {2}RollingUpdate$/m);
    expect(deployment).toMatch(/^ *Available {2}True/m);
  });

  it("explains built-in kinds and custom resources by the server's own schema", async () => {
    const built = await kubectl("explain deployment.spec.replicas");
    expect(built).toMatch(/^GROUP:\s+apps$/m);
    expect(built).toMatch(/^FIELD: replicas <integer>$/m);
    expect(await kubectl("explain deployment.spec.strategy.type")).toMatch(/^FIELD: type <string>$/m);
    expect(await kubectl("explain httproute.spec.rules")).toMatch(/^FIELD: rules\s+<\[\]Object>$/m);
    expect(await kubectl("explain configmap.nothing")).toMatch(/^error: field "nothing" does not exist\nexit 1$/m);
  });

  it("knows resources by short names and categories", async () => {
    expect(await kubectl("api-resources --api-group=apps --no-headers")).toMatch(
      /^deployments {2}deploy {2}apps\/v1 {2}true {2}Deployment$/m,
    );
    expect(await kubectl("get deploy,svc -o name")).toBe("deployment.apps/web\nservice/web");
    expect(await kubectl("get cm/settings -o name")).toBe("configmap/settings");
    expect((await kubectl("get all -o name")).split("\n")).toEqual(
      expect.arrayContaining(["service/web", "deployment.apps/web"]),
    );
  });

  it("watches until it is told to end", async () => {
    expect(await kubectl("get configmap settings --watch --request-timeout=2s --no-headers")).toMatch(
      /^settings {2}2 {2}AGE/,
    );
  });

  it("replaces from a pipe, deletes in each way, and waits for the end", async () => {
    const stored = settings("warn");
    expect(await kubectl("replace -f -", stored)).toBe("configmap/settings replaced");
    expect(await kubectl("get configmap settings -o jsonpath={.data}")).toBe('{"level":"warn"}');
    expect(await kubectl("delete configmap settings --dry-run=server")).toMatch(/deleted.*\(server dry run\)/);
    expect(await kubectl("delete configmap settings")).toMatch(/^configmap "settings" deleted/);
    expect(await kubectl("delete configmap settings")).toBe(
      'Error from server (NotFound): configmaps "settings" not found\nexit 1',
    );
    expect(await kubectl("delete configmap settings --ignore-not-found")).toBe("");
    expect(await kubectl("delete configmap -l nothing=here")).toBe("No resources found");
    expect(await kubectl("delete service web --cascade=orphan")).toMatch(/^service "web" deleted/);
    expect(await kubectl("delete deployment web --cascade=foreground --timeout=30s")).toMatch(
      /^deployment.apps "web" deleted/,
    );
    expect(await kubectl("get deployment,replicaset,pod")).toBe("No resources found in NAMESPACE namespace.");
    expect(await kubectl("wait configmap/shared --for=delete --timeout=1s")).toMatch(
      /timed out waiting for the condition/,
    );
  });

  it("goes through the README: label, apply a routemap, wait, take the weight away, delete", async () => {
    for (const name of ["httpbin-0", "httpbin-1"])
      await scene.deploy(name, { labels: { "iter8.tools/watch": "false" } });
    await scene.controller();
    const label = "label deployment/httpbin-0 service/httpbin-0 deployment/httpbin-1 service/httpbin-1";
    expect(await kubectl(`${label} --overwrite iter8.tools/watch=true`)).toBe(
      ["deployment.apps/httpbin-0", "service/httpbin-0", "deployment.apps/httpbin-1", "service/httpbin-1"]
        .map((name) => `${name} labeled`)
        .join("\n"),
    );
    const sample = await readFile("config/samples/blue-green.yaml", "utf8");
    const applied = await kubectl(
      "apply -f -",
      sample.replaceAll("namespace: default", `namespace: ${scene.namespace}`),
    );
    expect(applied).toMatch(/^configmap\/httpbin created$/m);
    const ready = "{.metadata.annotations.iter8\\.tools/ready}";
    expect(await kubectl(`wait configmap/httpbin --for=jsonpath=${ready}=True --timeout=60s`)).toBe(
      "configmap/httpbin condition met",
    );
    const weights = "get httproute httpbin -o jsonpath={.spec.rules[0].backendRefs[*].weight}";
    expect(await kubectl(weights)).toBe("80 20");
    expect(await kubectl("annotate deployment/httpbin-1 iter8.tools/weight=0")).toBe(
      "deployment.apps/httpbin-1 annotated",
    );
    await scene.untilShares("httpbin", "httpbin-0=80 httpbin-1=0");
    expect(await kubectl("delete deployment/httpbin-1")).toMatch(/^deployment.apps "httpbin-1" deleted/);
    expect(await kubectl("get deployments -o name")).toBe("deployment.apps/httpbin-0");
  });
});
