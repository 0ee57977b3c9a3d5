import type { ListOptions, Selection, WatchOptions } from "./api.js";
import { resourcePath } from "./resource.js";

type Parameters = Readonly<Record<string, string | number | boolean | undefined>>;

/** A path with a query of the parameters that are there. */
export function withQuery(path: string, parameters: Parameters): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) query.set(name, String(value));
  const text = query.toString();
  return text === "" ? path : `${path}?${text}`;
}

/** Path and query of a list request. */
export function listPath(selection: Selection, options: ListOptions): string {
  return withQuery(resourcePath(selection.resource, placeOf(selection)), {
    labelSelector: selection.labelSelector,
    fieldSelector: selection.fieldSelector,
    limit: options.limit,
    continue: options.continue,
    resourceVersion: options.resourceVersion,
    resourceVersionMatch: options.resourceVersionMatch,
  });
}

/** Path and query of a watch request; bookmarks are always asked for. */
export function watchPath(selection: Selection, options: WatchOptions): string {
  const path = resourcePath(selection.resource, placeOf(selection));
  const single = selection.name !== undefined;
  return withQuery(single ? path.replace(/^(\/api\/[^/]+|\/apis\/[^/]+\/[^/]+)/, "$1/watch") : path, {
    // The /watch/ form is a watch by itself.
    watch: single ? undefined : true,
    allowWatchBookmarks: true,
    timeoutSeconds: options.timeoutSeconds,
    resourceVersion: options.resourceVersion,
    labelSelector: selection.labelSelector,
    fieldSelector: selection.fieldSelector,
    sendInitialEvents: options.sendInitialEvents,
    // KEP-3157: initial events are only sent together with this match.
    resourceVersionMatch: options.sendInitialEvents === undefined ? undefined : "NotOlderThan",
  });
}

/** Media type of an answer with objects, a list of them or a watch; metadata only where asked. */
export function acceptOf(selection: Selection, shape: "object" | "list"): string {
  if (selection.metadataOnly !== true) return "application/json";
  const kind = shape === "list" ? "PartialObjectMetadataList" : "PartialObjectMetadata";
  return `application/json;as=${kind};g=meta.k8s.io;v=v1`;
}

function placeOf(selection: Selection): { readonly namespace?: string; readonly name?: string } {
  return {
    ...(selection.namespace === undefined ? {} : { namespace: selection.namespace }),
    ...(selection.name === undefined ? {} : { name: selection.name }),
  };
}
