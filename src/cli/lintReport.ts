import { formatDuration } from "../base/duration.js";
import type { Linted } from "../routing/lint.js";
import type { UnderstoodRoute } from "../routing/understand.js";
import { percents } from "../routing/weights.js";

/** What was understood of a document, as lines of text. */
export function describeLinted(linted: Linted): readonly string[] {
  if (linted.kind === "other") return [`${linted.what}: not checked, it is no routemap`];
  if (linted.kind === "routetemplate")
    return [`route template ${linted.name}`, ...linted.keys.map((key) => `  ${key}: parses`)];
  const { routemap, spec, understanding } = linted;
  const lines = [`routemap ${routemap.namespace}/${routemap.name}`];
  spec.versions.forEach((version, index) => {
    const resources = version.resources.map(
      (ref) => `${ref.kind} ${ref.namespace === routemap.namespace ? "" : `${ref.namespace}/`}${ref.name}`,
    );
    const role = index === 0 ? "primary" : "candidate";
    lines.push(
      `  version ${version.name} (${role}, weight ${version.weight ?? 1}): ready when ${resources.join(" and ")} ${resources.length === 1 ? "is" : "are"}`,
    );
  });
  for (const route of understanding.routes) {
    const shares = percents(route.versions.map((version) => version.weight));
    const parts = route.versions.map((version, index) => {
      const how = [
        version.weight > 0 ? `${shares[index] ?? 0} %` : "",
        version.byMatch ? "by its own match" : "",
        version.byMirror ? "a mirrored copy" : "",
      ].filter((text) => text !== "");
      return `${spec.versions[index]?.name ?? ""} ${how.length === 0 ? "nothing" : how.join(" and ")}`;
    });
    lines.push(
      `  ${route.kind} ${route.name} (template ${route.template}), all versions ready: ${route.unread === undefined ? parts.join(", ") : unreadText(route.unread)}`,
    );
    for (const path of route.unlisted) lines.push(`    note: ${path} leads to a backend that no version lists`);
    for (const correction of route.corrections) lines.push(`    guard: ${correction}`);
  }
  if (understanding.routes.length === 0) lines.push("  no routes");
  const { settle, drain, deadline, minStable } = spec.release;
  const times = Object.entries({ minStable, settle, drain, deadline }).flatMap(([name, ms]) =>
    ms === undefined ? [] : [`${name} ${formatDuration(ms)}`],
  );
  if (times.length > 0) lines.push(`  release: ${times.join(", ")}`);
  return lines;
}

function unreadText({ carries, reason }: NonNullable<UnderstoodRoute["unread"]>): string {
  if (!carries) return "carries no traffic itself";
  return `cannot be read (${reason}), so a version is let go by time instead of by what the route says`;
}
