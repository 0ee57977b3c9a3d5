import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

import { parseAllDocuments } from "yaml";

import type { Json, JsonObject } from "../../../src/base/json.js";
import { arrayAt, isObject, stringAt } from "../../../src/base/json.js";
import type { AdminClient } from "./adminClient.js";
import { waitFor } from "./waitFor.js";

const definitions = { group: "apiextensions.k8s.io", version: "v1", resource: "customresourcedefinitions" };

/** Where, in a folder of full CRDs, those we use are looked for; of several that are there the first wins. */
const fullPlaces = [
  ["gateway-api-standard"],
  ["istio/crd-all.gen.yaml", "istio"],
  ["kserve/minimal", "kserve/full"],
  ["knative"],
  ["argo-rollouts"],
  ["contour"],
  ["openshift"],
  ["smi"],
  ["traefik"],
];

/** The folders of our minimal CRDs: those that a sandbox has too, and those of tests alone. */
export function ourDefinitions(root: string): readonly string[] {
  return [join(root, "src/sandbox/crds"), join(root, "test/support/crds")];
}

/**
 * The CRD files to install: our minimal ones in the folders `ours`, then those of the folder `full` (POINTSMAN_TEST_CRDS), if given.
 * `installCrds` lets a later definition replace an earlier one of the same name.
 */
export function crdFiles(ours: readonly string[], full: string | undefined): string[] {
  const minimal = ours.flatMap(yamlFilesAt);
  if (full === undefined || full === "") return minimal;
  if (!existsSync(full)) throw new Error(`POINTSMAN_TEST_CRDS=${full}: no such folder; unset it or correct the path`);
  const found = fullPlaces.flatMap((places) => {
    const place = places.map((name) => join(full, name)).find((path) => existsSync(path));
    return place === undefined ? [] : yamlFilesAt(place);
  });
  if (found.length > 0) return [...minimal, ...found];
  throw new Error(`POINTSMAN_TEST_CRDS=${full} holds none of ${fullPlaces.flat().join(", ")}`);
}

function yamlFilesAt(path: string): string[] {
  if (statSync(path).isFile()) return [path];
  return readdirSync(path)
    .filter((name) => name.endsWith(".yaml"))
    .sort()
    .map((name) => join(path, name));
}

/** Applies the CRDs of the files and waits until all are Established and served. */
export async function installCrds(admin: AdminClient, files: readonly string[]): Promise<void> {
  const byName = new Map(files.flatMap(definitionsIn));
  await Promise.all([...byName].map(([name, body]) => admin.apply(definitions, { name }, body)));
  await Promise.all([...byName.keys()].map((name) => untilServed(admin, name)));
}

function definitionsIn(file: string): [string, JsonObject][] {
  return parseAllDocuments(readFileSync(file, "utf8")).flatMap((document): [string, JsonObject][] => {
    const body = document.toJS() as Json;
    const name = stringAt(body, "metadata", "name");
    const isDefinition = isObject(body) && body["kind"] === "CustomResourceDefinition";
    return isDefinition && name !== undefined ? [[name, body]] : [];
  });
}

async function untilServed(admin: AdminClient, name: string): Promise<void> {
  const describe = `the CRD ${name} to be served`;
  const crd = await waitFor(
    async () => {
      const found = await admin.get(definitions, { name });
      const isEstablished = arrayAt(found, "status", "conditions").some(
        (condition) => stringAt(condition, "type") === "Established" && stringAt(condition, "status") === "True",
      );
      return isEstablished && found;
    },
    { describe, timeoutMs: 30_000 },
  );
  const group = stringAt(crd, "spec", "group") ?? "";
  const resource = stringAt(crd, "spec", "names", "plural") ?? "";
  const version = arrayAt(crd, "spec", "versions").map((entry) => stringAt(entry, "name") ?? "")[0] ?? "";
  const served = async (): Promise<boolean> =>
    (await admin.request("GET", `/apis/${group}/${version}/${resource}?limit=1`)).status === 200;
  await waitFor(served, { describe, timeoutMs: 30_000 });
}
