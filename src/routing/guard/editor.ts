import type { Json, JsonObject } from "../../base/json.js";
import { arrayAt, isArray, isObject, objectAt } from "../../base/json.js";
import type { Dialect } from "../reader/dialect.js";
import { isAbsent } from "../reader/shape.js";
import type { ServiceName } from "../route.js";

/** The rule without the mirrors at `paths`; the rule itself if there is nothing to remove. */
export function withoutMirrors(
  rule: JsonObject,
  paths: ReadonlySet<string>,
  rulePath: string,
  dialect: Dialect,
): JsonObject {
  if (paths.size === 0) return rule;
  switch (dialect.family) {
    case "gateway":
      return withoutMirrorFilters(rule, paths, rulePath, dialect.shares);
    case "istio":
      return withoutIstioMirrors(rule, paths, rulePath);
  }
}

/** A copy of a destination that leads to a Service (not to a subset of one); it leads to another one. The port stays. */
export function withService(share: JsonObject, service: ServiceName, namespace: string, dialect: Dialect): JsonObject {
  switch (dialect.family) {
    case "gateway": {
      const ref = { ...without(share, ["namespace"]), name: service.name };
      return service.namespace === namespace ? ref : { ...ref, namespace: service.namespace };
    }
    case "istio": {
      const host = `${service.name}.${service.namespace}.svc.cluster.local`;
      return { ...share, destination: { ...objectAt(share, "destination"), host } };
    }
  }
}

/** A copy in which every text that is `from`, at any depth, is `to`. */
export function withTexts(value: JsonObject, from: string, to: string): JsonObject {
  const replaced = (part: Json): Json => {
    if (part === from) return to;
    if (isArray(part)) return part.map(replaced);
    return isObject(part) ? withTexts(part, from, to) : part;
  };
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, member === undefined ? undefined : replaced(member)]),
  );
}

/** What a rule does to the requests of all its destinations: rewrites and headers, not mirrors. */
export function contextOf(rule: JsonObject, dialect: Dialect): JsonObject {
  switch (dialect.family) {
    case "gateway": {
      const filters = arrayAt(rule, "filters").filter((filter) => !isMirrorFilter(filter));
      return filters.length === 0 ? {} : { filters };
    }
    case "istio":
      return Object.fromEntries(
        ["rewrite", "headers"].flatMap((key) => (isAbsent(rule[key]) ? [] : [[key, rule[key]]])),
      );
  }
}

/** The rule with the rewrites and headers of another one. Its own mirrors stay. */
export function withContext(rule: JsonObject, context: JsonObject, dialect: Dialect): JsonObject {
  switch (dialect.family) {
    case "gateway": {
      const filters = [...arrayAt(context, "filters"), ...arrayAt(rule, "filters").filter(isMirrorFilter)];
      return filters.length === 0 ? without(rule, ["filters"]) : { ...rule, filters };
    }
    case "istio":
      return { ...without(rule, ["rewrite", "headers"]), ...context };
  }
}

function withoutMirrorFilters(
  rule: JsonObject,
  paths: ReadonlySet<string>,
  rulePath: string,
  shares: string,
): JsonObject {
  const own = withoutFilters(rule, paths, rulePath);
  const refs = rule[shares];
  if (!isArray(refs)) return own;
  return {
    ...own,
    [shares]: refs.map((ref, index) =>
      isObject(ref) ? withoutFilters(ref, paths, `${rulePath}.${shares}[${index}]`) : ref,
    ),
  };
}

function withoutFilters(owner: JsonObject, paths: ReadonlySet<string>, path: string): JsonObject {
  const filters = arrayAt(owner, "filters");
  const kept = filters.filter((_, index) => !paths.has(`${path}.filters[${index}]`));
  if (kept.length === filters.length) return owner;
  return kept.length === 0 ? without(owner, ["filters"]) : { ...owner, filters: kept };
}

function withoutIstioMirrors(rule: JsonObject, paths: ReadonlySet<string>, rulePath: string): JsonObject {
  const single = ["mirror", "mirrorPercentage", "mirrorPercent", "mirror_percent"];
  const rest = paths.has(`${rulePath}.mirror`) ? without(rule, single) : rule;
  const mirrors = arrayAt(rule, "mirrors");
  const kept = mirrors.filter((_, index) => !paths.has(`${rulePath}.mirrors[${index}]`));
  if (kept.length === mirrors.length) return rest;
  return kept.length === 0 ? without(rest, ["mirrors"]) : { ...rest, mirrors: kept };
}

function isMirrorFilter(filter: Json): boolean {
  return isObject(filter) && !isAbsent(filter["requestMirror"]);
}

function without(object: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}
