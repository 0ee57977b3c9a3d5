import { formatDuration } from "../base/duration.js";
import type { Linted } from "../routing/lint.js";
import type { LintedConfiguration } from "../routing/lint/configuration.js";
import type { LintedRoutemap } from "../routing/lint/routemaps.js";
import type { Routemap, VersionSpec } from "../routing/routemap.js";
import type { UnderstoodRoute } from "../routing/understand.js";
import { percents } from "../routing/weights.js";

/** What was understood of a document, as lines of text. */
export function describeLinted(linted: Linted): readonly string[] {
  switch (linted.kind) {
    case "other":
      return [`${linted.what}: not checked, it is no routemap`];
    case "routetemplate":
      return [`route template ${linted.namespace}/${linted.name}`, ...linted.keys.map((key) => `  ${key}: parses`)];
    case "configuration":
      return describeConfiguration(linted);
    case "routemap":
      return describeRoutemap(linted);
  }
}

function describeConfiguration({ name, config }: LintedConfiguration): readonly string[] {
  const { kinds, outputs, limits } = config;
  return [
    `configuration of the controller${name === "" ? "" : ` (${name})`}`,
    `  watches ${config.clusterScoped ? "all namespaces" : "the controller's own namespace only"}`,
    `  kinds: ${kinds.map(({ shorthand }) => shorthand).join(", ")}`,
    `  may write: ${outputs.join(", ")}`,
    `  at most ${limits.maxVersions} versions, ${limits.crossNamespace ? "also" : "none"} of other namespaces`,
  ];
}

function describeRoutemap({ bare, routemap, spec, understanding }: LintedRoutemap): readonly string[] {
  const { routes, unresolved } = understanding;
  const versions = spec.versions.map((version, index) => describeVersion(version, index, routemap.namespace));
  const times = releaseTimes(spec).map(([name, time]) => `${name} ${time}`);
  return [
    `routemap ${bare ? `spec, in the namespace ${routemap.namespace}` : `${routemap.namespace}/${routemap.name}`}`,
    ...versions,
    ...routes.flatMap((route) => describeRoute(route, spec)),
    ...(routes.length + unresolved.length === 0 ? ["  no routes"] : []),
    ...unresolved.map(({ path, ref }) => `  ${path}: route template ${ref.namespace}/${ref.name} was not rendered`),
    ...(times.length > 0 ? [`  release: ${times.join(", ")}`] : []),
  ];
}

function describeVersion({ name, weight, resources }: VersionSpec, index: number, home: string): string {
  const listed = resources.map((ref) => `${ref.kind} ${ref.namespace === home ? "" : `${ref.namespace}/`}${ref.name}`);
  const role = index === 0 ? "primary" : "candidate";
  const ready =
    listed.length === 0 ? "always ready" : `ready when ${listed.join(" and ")} ${listed.length === 1 ? "is" : "are"}`;
  return `  version ${name} (${role}, weight ${weight ?? 1}): ${ready}`;
}

function describeRoute(route: UnderstoodRoute, spec: Routemap): readonly string[] {
  const shares = percents(route.versions.map((version) => version.weight));
  const parts = route.versions.map((version, index) => {
    const how = [
      version.weight > 0 ? `${shares[index] ?? 0} %` : "",
      version.byMatch ? "by its own match" : "",
      version.byMirror ? "a mirrored copy" : "",
    ].filter((text) => text !== "");
    return `${spec.versions[index]?.name ?? ""} ${how.length === 0 ? "nothing" : how.join(" and ")}`;
  });
  const who = route.unread === undefined ? parts.join(", ") : unreadText(route.unread);
  return [
    `  ${route.kind} ${route.name} (${route.origin}), all versions ready: ${who}`,
    ...route.unlisted.map((path) => `    note: ${path} leads to a backend that no version lists`),
    ...route.corrections.map((correction) => `    guard: ${correction}`),
  ];
}

/** The times that a routemap gives itself, in Go's syntax. */
export function releaseTimes({ release }: Routemap): readonly (readonly [name: string, time: string])[] {
  const { minStable, settle, drain, deadline } = release;
  return Object.entries({ minStable, settle, drain, deadline }).flatMap(([name, ms]) =>
    ms === undefined ? [] : [[name, formatDuration(ms)] as const],
  );
}

function unreadText({ carries, reason }: NonNullable<UnderstoodRoute["unread"]>): string {
  if (!carries) return "carries no traffic itself";
  return `cannot be read (${reason}), so a version is let go by time instead of by what the route says`;
}
