import type { JsonObject } from "../../../base/json.js";
import { isObject, objectAt, stringAt } from "../../../base/json.js";
import type { Random } from "../../../base/random.js";
import type { Result } from "../../../base/result.js";
import { fail, ok } from "../../../base/result.js";
import type { ServedKind } from "../kinds/servedKind.js";
import { kindSubjectOf, servedAs } from "../kinds/servedKind.js";
import type { Failure } from "../status/failure.js";
import { badRequest, invalid } from "../status/failure.js";

/** Where a request's path says its object is. */
export interface Place {
  readonly kind: ServedKind;
  /** Empty for cluster-scoped objects. */
  readonly namespace: string;
  /** Absent in a POST: the body has the name, or a prefix of one. */
  readonly name?: string;
}

/** A body whose apiVersion, kind, name and namespace are those of the path, filled in where it left them out. */
export type Identified = JsonObject & { readonly metadata: JsonObject & { readonly name: string } };

/** Checks a body against the path it was sent to. */
export function identified(body: JsonObject, place: Place, random: Random): Result<Identified, Failure> {
  const { kind, namespace } = place;
  const wanted = servedAs(kind);
  const problem = kindProblem(body, kind);
  if (problem !== undefined) return fail(badRequest(problem));
  const metadata = objectAt(body, "metadata");
  if (body["metadata"] !== undefined && body["metadata"] !== null && !isObject(body["metadata"]))
    return fail(badRequest("metadata: expected an object"));
  const said = stringAt(metadata, "namespace") ?? "";
  if (said !== "" && said !== namespace)
    return fail(
      badRequest(
        `the namespace of the provided object does not match the namespace sent on the request (${said} and ${namespace})`,
      ),
    );
  const name = nameOf(metadata, place, random);
  if (!name.ok) return name;
  const { namespace: _namespace, ...rest } = metadata;
  const there = namespace === "" ? {} : { namespace };
  return ok({ ...body, apiVersion: wanted, kind: kind.kind, metadata: { ...rest, name: name.value, ...there } });
}

/** Built-in kinds are what their path says; custom resources have to say so themselves. */
function kindProblem(body: JsonObject, kind: ServedKind): string | undefined {
  const apiVersion = stringAt(body, "apiVersion") ?? "";
  const kindName = stringAt(body, "kind") ?? "";
  const wanted = servedAs(kind);
  if (kind.isCustom && kindName === "") return "Object 'Kind' is missing in the body of the request";
  if (kind.isCustom && apiVersion === "") return "Object 'apiVersion' is missing in the body of the request";
  if (kindName !== "" && kindName !== kind.kind)
    return `${kindName} in version "${apiVersion}" cannot be handled as a ${kind.kind}: the path is of another kind`;
  if (apiVersion === "" || apiVersion === wanted) return undefined;
  const expected = `the API version in the data (${apiVersion}) does not match the expected API version (${wanted})`;
  return kind.isCustom
    ? expected
    : `${kind.kind} in version "${apiVersion}" cannot be handled as a ${kind.kind}: ${expected}`;
}

const alphabet = "bcdfghjklmnpqrstvwxz2456789";
const longestPrefix = 58;

function nameOf(metadata: JsonObject, place: Place, random: Random): Result<string, Failure> {
  const said = stringAt(metadata, "name") ?? "";
  if (place.name !== undefined) {
    if (said === "" || said === place.name) return ok(place.name);
    return fail(badRequest(`the name of the object (${said}) does not match the name on the URL (${place.name})`));
  }
  if (said !== "") return ok(said);
  const prefix = stringAt(metadata, "generateName") ?? "";
  if (prefix === "")
    return fail(
      invalid(kindSubjectOf(place.kind, ""), [
        {
          reason: "FieldValueRequired",
          message: "Required value: name or generateName is required",
          field: "metadata.name",
        },
      ]),
    );
  return ok(prefix.slice(0, longestPrefix) + suffix(random));
}

function suffix(random: Random): string {
  return Array.from({ length: 5 }, () => alphabet[Math.floor(random.next() * alphabet.length)] ?? "b").join("");
}
