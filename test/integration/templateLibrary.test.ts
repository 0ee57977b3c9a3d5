import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { systemClock } from "../../src/base/clock.js";
import type { JsonObject } from "../../src/base/json.js";
import { arrayAt, at, objectAt, stringAt } from "../../src/base/json.js";
import type { GroupVersionResource } from "../../src/kube/resource.js";
import { KnativeServices } from "../../src/sandbox/workloads/knativeServices.js";
import { quickConfig } from "../support/controllerProcess.js";
import { accountName } from "../support/install/account.js";
import { applyManifest } from "../support/install/apply.js";
import type { Manifest } from "../support/install/render.js";
import { manifestsIn, one, render } from "../support/install/render.js";
import type { LibraryCase } from "../support/libraryCases.js";
import { libraryCases, libraryVersions, sharesOf } from "../support/libraryCases.js";
import { recordRevisions } from "../support/plane/recorder.js";
import { hasKubectl } from "../support/kubectl.js";
import { waitFor } from "../support/plane/waitFor.js";
import { configMaps, deployments, Scene, services } from "../support/scene.js";
import type { Technology } from "../support/templateLibrary.js";
import {
  configured,
  libraryConfig,
  libraryConfigText,
  libraryFolder,
  libraryText,
  renderLibrary,
  technologies,
} from "../support/templateLibrary.js";

const knativeServices: GroupVersionResource = { group: "serving.knative.dev", version: "v1", resource: "services" };

function resourceOf(item: LibraryCase): GroupVersionResource {
  const kind = libraryConfig(item.technology).kinds.find(({ shorthand }) => shorthand === item.gvrShort);
  if (kind === undefined) throw new Error(`no kind ${item.gvrShort}`);
  return { group: kind.group, version: kind.version, resource: kind.resource };
}

describe("what the library renders", () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await Scene.open("library");
  }, 60_000);
  afterAll(async () => scene.close(), 60_000);

  /** Applies strictly: an unknown field is refused. */
  async function accept(item: LibraryCase, body: JsonObject): Promise<JsonObject> {
    const { group, resource } = resourceOf(item);
    const name = stringAt(body, "metadata", "name") ?? "";
    const path = `/apis/${stringAt(body, "apiVersion") ?? group}/namespaces/${scene.namespace}/${resource}/${name}`;
    const reply = await scene.admin.success("PATCH", `${path}?fieldManager=test&force=true&fieldValidation=Strict`, {
      body: { ...body, metadata: { ...objectAt(body, "metadata"), namespace: scene.namespace } },
      contentType: "application/apply-patch+yaml",
    });
    return objectAt(reply);
  }

  it.each(libraryCases)(
    "from $technology/$key is accepted by the API as it is, in every state",
    async (item) => {
      for (const weights of [[1], [90, 10], [90, 0], [0, 10], [70, 20, 10], [0, 0, 10]])
        for (const values of [item.values, item.full]) {
          const use = { ...item, values, versions: libraryVersions(weights.length, item.lists) };
          for (const { body } of renderLibrary(use, weights)) {
            const stored = await accept(item, body);
            expect(sharesOf(stored)).toEqual(sharesOf(body));
            expect(objectAt(stored, "spec")).toMatchObject(objectAt(body, "spec"));
          }
        }
    },
    60_000,
  );
});

/** A namespace with a controller that is configured and allowed as the library says, and the library's templates. */
class LibraryScene {
  private constructor(
    readonly scene: Scene,
    readonly technology: Technology,
    private readonly knative: KnativeServices,
  ) {}

  static async open(technology: Technology): Promise<LibraryScene> {
    const scene = await Scene.open(technology);
    const knative = new KnativeServices({ api: scene.plane.adminApi, clock: systemClock, namespace: scene.namespace });
    knative.start();
    if (configured.includes(technology)) await allow(scene, technology);
    const templates = manifestsIn(libraryText(`${technology}/template.yaml`));
    await Promise.all(templates.map((template) => scene.apply(configMaps, template)));
    await scene.controller({ config: `${quickConfig}\n${libraryConfigText(technology)}` });
    return new LibraryScene(scene, technology, knative);
  }

  async close(): Promise<void> {
    await this.knative.stop();
    await this.scene.close();
  }

  /** Applies a sample routemap, for this namespace instead of the default one. */
  async sample(name: string): Promise<void> {
    const text = libraryText(`${this.technology}/routemap.yaml`).replaceAll(".default.", `.${this.scene.namespace}.`);
    await this.scene.apply(configMaps, one(manifestsIn(text), "ConfigMap", name));
  }

  /** The resources of a version as the sample lists them. */
  resources(lists: LibraryCase["lists"]): readonly GroupVersionResource[] {
    return lists === "ksvc" ? [knativeServices] : [deployments, services];
  }

  async deploy(name: string, lists: LibraryCase["lists"]): Promise<void> {
    if (lists !== "ksvc") return this.scene.deploy(name);
    const metadata = { name, labels: { "iter8.tools/watch": "true" } };
    const spec = { template: { spec: { containers: [{ image: "example.com/app:1" }] } } };
    await this.scene.apply(knativeServices, {
      apiVersion: "serving.knative.dev/v1",
      kind: "Service",
      metadata,
      spec,
    });
  }

  /** A Deployment without a Service of its own. */
  async deployment(name: string, podLabels: Record<string, string>): Promise<void> {
    const containers = [{ name: "app", image: "example.com/app:1" }];
    await this.scene.apply(deployments, {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name, labels: { "iter8.tools/watch": "true" } },
      spec: {
        selector: { matchLabels: podLabels },
        template: { metadata: { labels: podLabels }, spec: { containers, terminationGracePeriodSeconds: 1 } },
      },
    });
  }

  async setReady(name: string, lists: LibraryCase["lists"], ready: boolean): Promise<void> {
    if (lists === "ksvc") await this.knative.setReady(this.scene.namespace, name, ready);
    else await this.scene.kubelet.setReady(this.scene.namespace, { labels: { app: name } }, ready);
  }

  /** Waits until an output shares requests out as "v1=90 v2=10". */
  async untilShares(item: LibraryCase, name: string, wanted: string): Promise<void> {
    let last = "";
    const shares = async (): Promise<boolean> => {
      const found = await this.scene.find(resourceOf(item), name);
      last =
        found === undefined
          ? "not there"
          : sharesOf(found)
              .map((share) => share.join("="))
              .join(" ");
      return last === wanted;
    };
    await waitFor(shares, { describe: `${name} to be "${wanted}"`, timeoutMs: 20_000 }).catch(
      async (error: unknown) => {
        const status = (await this.scene.find(configMaps, name))?.metadata.annotations?.["iter8.tools/status"];
        throw new Error(`${String(error)}; it is "${last}"; the status is ${status ?? "not there"}`);
      },
    );
  }

  /** Where a version stands by the status. */
  async phaseOf(name: string, version: string): Promise<string | undefined> {
    const text = (await this.scene.find(configMaps, name))?.metadata.annotations?.["iter8.tools/status"] ?? "{}";
    const versions = arrayAt(JSON.parse(text) as JsonObject, "versions");
    return stringAt(
      versions.find((entry) => stringAt(entry, "name") === version),
      "phase",
    );
  }

  async allHeld(name: string, lists: LibraryCase["lists"]): Promise<boolean> {
    const held = await Promise.all(this.resources(lists).map((resource) => this.scene.held(resource, name)));
    return held.every((answer) => answer);
  }
}

/** Gives the controller the rights of the technology's rbac.yaml and waits until the API server grants them. */
async function allow(scene: Scene, technology: Technology): Promise<void> {
  const roles = manifestsIn(libraryText(`${technology}/rbac.yaml`));
  await Promise.all([scene.account(), ...roles.map((role) => applyManifest(scene.admin, role))]);
  const written = libraryCases.filter((item) => item.technology === technology).map(resourceOf);
  for (const { group, resource } of written)
    for (const verb of ["get", "list", "watch", "create", "patch", "delete"])
      await waitFor(() => mayDo(scene, { group, resource, verb }), {
        describe: `the controller to be allowed to ${verb} ${resource}`,
      });
}

async function mayDo(scene: Scene, right: JsonObject): Promise<boolean> {
  const user = `system:serviceaccount:${scene.namespace}:${accountName}`;
  const resourceAttributes = { ...right, namespace: scene.namespace };
  const spec = { user, groups: [`system:serviceaccounts:${scene.namespace}`], resourceAttributes };
  const body = { apiVersion: "authorization.k8s.io/v1", kind: "SubjectAccessReview", spec };
  const path = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
  return at(await scene.admin.success("POST", path, { body }), "status", "allowed") === true;
}

const driven = libraryCases.filter(({ key }) => key === "blue-green");

describe.each(driven)("the sample routemap of $technology", (item) => {
  let library: LibraryScene;
  beforeAll(async () => {
    library = await LibraryScene.open(item.technology);
  }, 60_000);
  afterAll(async () => library.close(), 60_000);

  const scaled =
    item.technology === "openshift" ? { both: "v1=256 v2=28", one: "v1=256" } : { both: "v1=90 v2=10", one: "v1=90" };

  it("splits once the candidate is ready and held, and takes the split back while it is not", async () => {
    await library.sample("shop");
    await library.deploy("shop-v1", item.lists);
    await library.untilShares(item, "shop", scaled.one);
    await library.deploy("shop-v2", item.lists);
    await library.untilShares(item, "shop", scaled.both);
    expect(await library.allHeld("shop-v1", item.lists)).toBe(true);
    expect(await library.allHeld("shop-v2", item.lists)).toBe(true);
    await library.setReady("shop-v2", item.lists, false);
    await library.untilShares(item, "shop", scaled.one);
    await library.setReady("shop-v2", item.lists, true);
    await library.untilShares(item, "shop", scaled.both);
    expect((await library.scene.conditions("shop")).map(({ type }) => type)).toEqual(["Ready"]);
  }, 60_000);

  it("keeps a deleted candidate until nothing leads to it, for 30 s more where the route cannot be read", async () => {
    for (const resource of library.resources(item.lists)) await library.scene.delete(resource, "shop-v2");
    await library.untilShares(item, "shop", scaled.one);
    const left = systemClock.monotonic();
    if (configured.includes(item.technology)) {
      await waitFor(async () => (await library.phaseOf("shop", "v2")) === "Draining", {
        describe: "the status to say that v2 drains",
      });
      expect(await library.allHeld("shop-v2", item.lists)).toBe(true);
      if (item.technology !== "contour") return;
    }
    for (const resource of library.resources(item.lists)) await library.scene.untilGone(resource, "shop-v2", 45_000);
    if (item.technology === "contour") expect(systemClock.monotonic() - left).toBeGreaterThan(29_000);
    expect((await library.scene.conditions("shop")).map(({ type }) => type)).toEqual(["Ready"]);
  }, 90_000);
});

describe("Istio's subsets", () => {
  let library: LibraryScene;
  beforeAll(async () => {
    library = await LibraryScene.open("istio");
  }, 60_000);
  afterAll(async () => library.close(), 60_000);

  it("are defined before the route leads to them, and split one Service", async () => {
    const [route, rule] = ["with-subsets", "destination-rule"].map((wanted) =>
      libraryCases.find(({ key }) => key === wanted),
    );
    if (route === undefined || rule === undefined) throw new Error("the library has no subsets");
    const record = await recordRevisions(
      library.scene.admin,
      library.scene.namespace,
      resourceOf(route),
      resourceOf(rule),
    );
    for (const version of ["v1", "v2"]) await library.deployment(`cart-${version}`, { app: "cart", version });
    await library.sample("cart");
    await library.untilShares(route, "cart", "v1=90 v2=10");
    await record.stop();
    const firstWith = (kind: string, text: string): number =>
      record.revisions.findIndex(({ object }) => object.kind === kind && JSON.stringify(object["spec"]).includes(text));
    expect(firstWith("DestinationRule", '"version":"v2"')).toBeGreaterThanOrEqual(0);
    expect(firstWith("DestinationRule", '"version":"v2"')).toBeLessThan(firstWith("VirtualService", '"subset":"v2"'));
    await waitFor(() => library.scene.held(deployments, "cart-v2"), { describe: "cart-v2 to be held" });
    await library.scene.delete(deployments, "cart-v2");
    await library.untilShares(route, "cart", "v1=90");
    await library.scene.untilGone(deployments, "cart-v2");
  }, 60_000);
});

(hasKubectl() ? describe : describe.skip)("the library's folders", () => {
  it("are built by kustomize, one ConfigMap each, and all of them into a namespace of their own", async () => {
    for (const technology of technologies) {
      const names = (await render(`${libraryFolder}/${technology}`)).map(nameOf);
      expect(names).toEqual([`ConfigMap ${technology}`]);
    }
    const whole = await render(libraryFolder);
    expect(whole.map(nameOf).sort()).toEqual([
      ...technologies.map((technology) => `ConfigMap pointsman-templates/${technology}`),
      "Namespace pointsman-templates",
    ]);
  }, 60_000);

  function nameOf({ kind, metadata }: Manifest): string {
    const place = stringAt(metadata, "namespace");
    return `${kind} ${place === undefined ? "" : `${place}/`}${stringAt(metadata, "name") ?? ""}`;
  }
});
