import { parseJson } from "../../../kube/status.js";
import { stringifyYaml } from "../http/yamlText.js";
import type { Answer } from "../http/answer.js";
import { json, jsonText, refused } from "../http/answer.js";
import type { Representation } from "../http/mediaType.js";
import { negotiate, offered } from "../http/mediaType.js";
import type { ResourceTarget } from "../http/requestTarget.js";
import type { ServedKind } from "../kinds/servedKind.js";
import { hasSubresource, subjectOf } from "../kinds/servedKind.js";
import { list } from "../read/list.js";
import type { View } from "../read/representation.js";
import { listText, objectText, servedObject } from "../read/representation.js";
import { selectionOf } from "../read/selection.js";
import { Watch, watchRequest } from "../read/watch.js";
import { methodNotAllowed, notAcceptable, notFound, resourceNotFound } from "../status/failure.js";
import type { Store } from "../store/store.js";
import type { IncludeObject } from "../tables/table.js";
import { scaleOf } from "../write/scale.js";
import type { ApiParts } from "./api.js";
import type { ApiRequest } from "./request.js";

/** GET of a resource: one object, a list or a watch. */
export function readObjects(parts: ApiParts, request: ApiRequest, kind: ServedKind, target: ResourceTarget): Answer {
  const { query } = request.target;
  const representation = negotiate(request.accept, ["table", "metadata"]);
  if (representation === undefined) return refused(notAcceptable(offered));
  const { clock } = parts.cluster;
  const view: View = { kind, form: representation.form, include: includeIn(query), now: () => clock.now() };
  if (target.watchPath || isTrue(query.get("watch"))) return watchObjects(parts, request, view, target);
  const found =
    target.name === undefined
      ? listObjects(parts, request, view, target)
      : readObject(parts.cluster.store, view, target);
  return inSyntax(found, representation);
}

function readObject(store: Store, view: View, target: ResourceTarget): Answer {
  const { kind } = view;
  const { namespace = "", name = "", subresource } = target;
  if (kind.namespaced !== (target.namespace !== undefined)) return refused(resourceNotFound());
  const stored = store.get(kind.collection, namespace, name);
  if (subresource !== undefined && !hasSubresource(kind, subresource)) return refused(resourceNotFound());
  if (stored === undefined) return refused(notFound(subjectOf(kind, name)));
  if (subresource === undefined || subresource === "status") return jsonText(200, objectText(stored, view));
  if (subresource === "scale") return json(200, scaleOf(servedObject(stored, kind), kind));
  return refused(methodNotAllowed());
}

function listObjects(parts: ApiParts, request: ApiRequest, view: View, target: ResourceTarget): Answer {
  const { query } = request.target;
  const selection = selectionOf(view.kind, target.namespace, query);
  if (!selection.ok) return refused(selection.error);
  const page = list(parts.cluster.store, selection.value, query);
  if (!page.ok) return refused(page.error);
  return jsonText(200, listText(page.value.items, view, page.value.meta));
}

function watchObjects(parts: ApiParts, request: ApiRequest, view: View, target: ResourceTarget): Answer {
  const { query } = request.target;
  const selection = selectionOf(view.kind, target.namespace, query, target.name);
  if (!selection.ok) return refused(selection.error);
  const { store, clock, random } = parts.cluster;
  const wanted = watchRequest(selection.value, view, query, random);
  if (!wanted.ok) return refused(wanted.error);
  const source = { store, clock, random, hub: parts.hub };
  return {
    kind: "watch",
    contentType: "application/json",
    open: (stream) => new Watch(source, wanted.value, stream).start(),
  };
}

function inSyntax(answer: Answer, { syntax }: Representation): Answer {
  if (syntax === "json" || answer.kind !== "text" || answer.code !== 200) return answer;
  const value = parseJson(answer.text) ?? null;
  return { ...answer, contentType: "application/yaml", text: stringifyYaml(value) };
}

function includeIn(query: URLSearchParams): IncludeObject {
  const wanted = query.get("includeObject");
  return wanted === "Object" || wanted === "None" ? wanted : "Metadata";
}

function isTrue(text: string | null): boolean {
  return text === "true" || text === "1" || text === "";
}
