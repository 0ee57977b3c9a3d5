import type { Json, JsonObject } from "../../../../../src/base/json.js";

/** One request of a story, on the story's one object. */
export interface Step {
  readonly verb: "create" | "replace" | "apply" | "merge" | "json" | "strategic";
  readonly manager: string;
  readonly force?: boolean;
  readonly subresource?: "status";
  readonly body: Json;
}

/** Requests one after the other on one object, and what they show. */
export interface Story {
  readonly name: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly resource: string;
  readonly steps: readonly Step[];
}

/** The kinds that stories are about. */
export const kindsOfStories = {
  Gauge: { apiVersion: "measure.example.com/v1", kind: "Gauge", resource: "gauges" },
  ConfigMap: { apiVersion: "v1", kind: "ConfigMap", resource: "configmaps" },
  Service: { apiVersion: "v1", kind: "Service", resource: "services" },
  Pod: { apiVersion: "v1", kind: "Pod", resource: "pods" },
  Deployment: { apiVersion: "apps/v1", kind: "Deployment", resource: "deployments" },
} as const;

/** A story of a kind. */
export function story(kind: keyof typeof kindsOfStories, name: string, steps: readonly Step[]): Story {
  return { name, ...kindsOfStories[kind], steps };
}

type Options = Pick<Step, "force" | "subresource"> & { readonly metadata?: JsonObject };

function writing(verb: Step["verb"]) {
  return (manager: string, fields: JsonObject, { metadata = {}, ...options }: Options = {}): Step => ({
    verb,
    manager,
    ...options,
    body: { ...fields, metadata },
  });
}

/** Server-side apply of these top-level fields. */
export const apply = writing("apply");
export const create = writing("create");
/** PUT of the live object with these top-level fields instead of its own. */
export const replace = writing("replace");

function patching(verb: Step["verb"]) {
  return (manager: string, body: Json, options: Pick<Step, "subresource"> = {}): Step => ({
    verb,
    manager,
    ...options,
    body,
  });
}

export const merge = patching("merge");
export const json = patching("json");
export const strategic = patching("strategic");
