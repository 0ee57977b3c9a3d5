import type { Json, JsonObject } from "../../base/json.js";
import { arrayAt, at, isObject, objectAt, stringAt } from "../../base/json.js";
import type { Result } from "../../base/result.js";
import { fail, ok } from "../../base/result.js";
import type { KubeObject } from "../../kube/object.js";
import { isKubeObject } from "../../kube/object.js";
import { readDocuments } from "../lint/documents.js";
import type { FileDocument } from "../lint/embedded.js";
import { placed } from "../lint/embedded.js";
import type { Problem } from "../problem.js";

/** Kinds without a namespace that a plan reads. */
const clusterScoped: ReadonlySet<string> = new Set(["Namespace", "GatewayClass", "CustomResourceDefinition"]);

/**
 * The objects of a file of manifests, or of what `kubectl get -o yaml` printed. What a cluster would have added is made
 * up where it is missing: the namespace is `namespace`, the uid tells kind, namespace and name.
 */
export function readManifests(
  file: string,
  text: string,
  namespace: string,
): Result<readonly KubeObject[], readonly Problem[]> {
  const documents = readDocuments(file, text, "write Kubernetes objects into it");
  if (!documents.ok) return documents;
  const read = documents.value.map((source) => toObject(source, namespace));
  const problems = read.flatMap((result) => (result.ok ? [] : [result.error]));
  return problems.length > 0 ? fail(problems) : ok(read.flatMap((result) => (result.ok ? [result.value] : [])));
}

function toObject(source: FileDocument, namespace: string): Result<KubeObject, Problem> {
  const { value } = source.document;
  const missing = missingKey(value);
  if (missing !== undefined || !isObject(value)) {
    const message = "is missing or no text, so this is no Kubernetes object";
    return fail(placed(source, missing ?? [], { message, fix: "write apiVersion, kind and metadata.name" }));
  }
  const object = completed(value, namespace);
  return isKubeObject(object)
    ? ok(object)
    : fail(
        placed(source, ["metadata"], {
          message: "is no metadata of an object",
          fix: "compare it with kubectl get -o yaml",
        }),
      );
}

function missingKey(value: Json): readonly string[] | undefined {
  return [["apiVersion"], ["kind"], ["metadata", "name"]].find((path) => (stringAt(value, ...path) ?? "") === "");
}

function completed(value: JsonObject, namespace: string): JsonObject {
  const metadata = objectAt(value, "metadata");
  const kind = stringAt(value, "kind") ?? "";
  const home = stringAt(metadata, "namespace") ?? (clusterScoped.has(kind) ? undefined : namespace);
  const uid = `${kind}/${home ?? ""}/${stringAt(metadata, "name") ?? ""}`;
  const placedIn = home === undefined ? {} : { namespace: home };
  const { managedFields, ...rest } = metadata;
  const managed =
    managedFields === undefined ? {} : { managedFields: arrayAt(metadata, "managedFields").filter(isEntry) };
  return { ...value, metadata: { uid, resourceVersion: "1", generation: 1, ...rest, ...managed, ...placedIn } };
}

/** An entry of managedFields; whoever writes objects by hand may write anything there. */
function isEntry(entry: Json): boolean {
  const texts = ["manager", "operation", "subresource", "time"].map((name) => at(entry, name));
  return isObject(entry) && texts.every((text) => text === undefined || typeof text === "string");
}
