import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { deployments, httpRoutes, Scene } from "../support/scene.js";
import { waitFor } from "../support/plane/waitFor.js";

const run = promisify(execFile);

/** Commands of the README's shell blocks, one per line. */
async function commands(): Promise<readonly string[]> {
  const readme = await readFile("README.md", "utf8");
  return [...readme.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap((block) => (block[1] ?? "").trim().split("\n"));
}

describe("the README", () => {
  let scene: Scene;
  let clone: string;
  beforeAll(async () => {
    scene = await Scene.open("readme");
    clone = await mkdtemp(join(tmpdir(), "pointsman-clone-"));
    await run("git", ["clone", "--quiet", "--depth", "1", `file://${process.cwd()}`, clone]);
  }, 60_000);
  afterAll(async () => {
    await scene.close();
    await rm(clone, { recursive: true, force: true });
  }, 60_000);

  const shell = (command: string, cwd: string): Promise<{ stdout: string; stderr: string }> =>
    run("bash", ["-c", command], {
      cwd,
      env: { ...process.env, NODE_OPTIONS: "", KUBECONFIG: scene.plane.kubeconfigPath },
      timeout: 240_000,
      maxBuffer: 1 << 24,
    });

  it("names these commands and no others", async () => {
    expect(await commands()).toEqual([
      "npm ci && npm run demo",
      "npx pointsman sandbox --with-controller --kubeconfig-out sandbox.kubeconfig -f config/sandbox/httpbin.yaml -f config/samples/blue-green.yaml",
      "export KUBECONFIG=$PWD/sandbox.kubeconfig",
      "kubectl get deployments,pods,httproutes",
      "kubectl delete deployment/httpbin-1 --wait=false && kubectl get pods --watch",
      "npm ci && npx pointsman lint -f config/samples/blue-green.yaml",
      "npx pointsman controller --kubeconfig ~/.kube/config --namespace default",
      "kubectl label deployment/httpbin-0 service/httpbin-0 deployment/httpbin-1 service/httpbin-1 iter8.tools/watch=true",
      "kubectl apply -f config/samples/blue-green.yaml",
      "kubectl wait configmap/httpbin --for=jsonpath='{.metadata.annotations.iter8\\.tools/ready}'=True --timeout=60s",
      "kubectl get httproute httpbin -o yaml",
      "kubectl annotate deployment/httpbin-1 iter8.tools/weight=0",
      "kubectl delete deployment/httpbin-1",
      "kubectl apply --server-side -k kustomize/overlays/cluster",
      "npm ci && npm test",
      "npm run test:real",
      "npm run test:dataplane",
    ]);
  });

  it("gives the first result it shows, from a clean clone, and npx finds the program", async () => {
    const first = (await commands()).find((line) => line.includes("pointsman lint")) ?? "";
    const readme = await readFile("README.md", "utf8");
    const shown = /```text\n([\s\S]*?)```/.exec(readme)?.[1] ?? "nothing shown";
    const { stdout, stderr } = await shell(first, clone);
    expect(stdout).toContain(shown.trim());
    expect(stderr).not.toMatch(/install-scripts/);
    expect((await shell("npx pointsman --help", clone)).stdout).toContain("pointsman");
  }, 240_000);

  it("leads through a cluster: label, apply, wait, take weight away, delete", async () => {
    const label = (await commands()).findIndex((line) => line.startsWith("kubectl label"));
    const [labels = "", apply = "", wait = "", show = "", weight = "", remove = ""] = (await commands()).slice(label);
    const kubectl = (command: string): string =>
      command.replace(/^kubectl /, `kubectl -n ${scene.namespace} `).replace("config/samples/blue-green.yaml", "-");
    for (const name of ["httpbin-0", "httpbin-1"])
      await scene.deploy(name, { labels: { "iter8.tools/watch": "false" } });
    const controller = await scene.controller();
    await shell(kubectl(labels).replace(" iter8.tools/watch", " --overwrite iter8.tools/watch"), process.cwd());
    await shell(
      `sed 's/namespace: default/namespace: ${scene.namespace}/' config/samples/blue-green.yaml | ${kubectl(apply)}`,
      process.cwd(),
    );
    await shell(kubectl(wait), process.cwd());
    await scene.untilShares("httpbin", "httpbin-0=80 httpbin-1=20");
    expect((await shell(kubectl(show), process.cwd())).stdout).toContain("kind: HTTPRoute");
    await shell(kubectl(weight), process.cwd());
    await scene.untilShares("httpbin", "httpbin-0=80 httpbin-1=0");
    await shell(kubectl(remove), process.cwd());
    await waitFor(async () => (await scene.find(deployments, "httpbin-1")) === undefined, {
      describe: "the candidate to go",
    });
    expect(await scene.find(httpRoutes, "httpbin")).toBeDefined();
    expect(controller.exitCode).toBeUndefined();
  }, 120_000);
});
