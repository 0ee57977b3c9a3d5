import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { parseAllDocuments } from "yaml";

import { describeError } from "../../../src/base/errors.js";
import type { Json, JsonObject } from "../../../src/base/json.js";
import { isObject, stringAt } from "../../../src/base/json.js";

/** An object of an installation as it is applied. */
export interface Manifest extends JsonObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: JsonObject;
}

const run = promisify(execFile);

/** What `kubectl kustomize FOLDER` prints. A warning is an error, and so is a missing kubectl. */
export async function renderText(folder: string): Promise<string> {
  const { stdout, stderr } = await run("kubectl", ["kustomize", folder], { maxBuffer: 1 << 24 }).catch(
    (thrown: unknown) => {
      throw new Error(`kubectl kustomize ${folder}: ${describeError(thrown)} (kubectl 1.30 or newer must be on PATH)`);
    },
  );
  if (stderr.trim() !== "") throw new Error(`kubectl kustomize ${folder} warns: ${stderr.trim()}`);
  return stdout;
}

/** The objects that `kubectl kustomize FOLDER` prints. */
export async function render(folder: string): Promise<readonly Manifest[]> {
  return manifestsIn(await renderText(folder));
}

/** The objects of a YAML text. */
export function manifestsIn(text: string): readonly Manifest[] {
  return parseAllDocuments(text).flatMap((document) => {
    const body = document.toJS() as Json;
    return isManifest(body) ? [body] : [];
  });
}

/** The objects of some kinds. */
export function ofKind(manifests: readonly Manifest[], ...kinds: readonly string[]): readonly Manifest[] {
  return manifests.filter(({ kind }) => kinds.includes(kind));
}

/** The one object of a kind and name; throws where there is none. */
export function one(manifests: readonly Manifest[], kind: string, name: string): Manifest {
  const found = manifests.find((each) => each.kind === kind && stringAt(each, "metadata", "name") === name);
  if (found === undefined) throw new Error(`the installation has no ${kind} ${name}`);
  return found;
}

function isManifest(body: Json): body is Manifest {
  return (
    isObject(body) &&
    typeof body["apiVersion"] === "string" &&
    typeof body["kind"] === "string" &&
    isObject(body["metadata"])
  );
}
