import { groupResourceOf } from "../../kube/resource.js";
import { identifyVersion } from "../reader/identify.js";
import { readRoute } from "../reader/read.js";
import type { RenderContext } from "./render.js";
import { routedVersions } from "./routed.js";
import type { BackendView } from "./routed.js";
import type { RouteSpec } from "../routeSpec.js";

import type { Survey } from "../survey.js";

/** What rendering needs of a survey. `drained`: versions that are proven to get nothing. */
export function renderContext(s: Survey, drained: ReadonlySet<number> = new Set()): RenderContext {
  const { routemap, kinds, reading, subsetLabels, config } = s.observed;
  const { hosts } = config.limits;
  const view = backendView(s, drained);
  return {
    routemap,
    spec: s.spec,
    kinds,
    versions: s.versions,
    subsetLabels,
    work: s.work,
    ...(reading === undefined ? {} : { reading }),
    ...(hosts === undefined ? {} : { hosts }),
    template: (ref) => s.observed.template(ref),
    routed: (route) => routedVersions(route, s.outlines, kinds, view),
  };
}

function backendView(s: Survey, drained: ReadonlySet<number>): BackendView {
  const { observed } = s;
  return {
    resource: (ref) => observed.resource(ref),
    subset: ({ shared }, name) => {
      const host = { namespace: observed.routemap.namespace, name: shared?.name ?? "" };
      return observed.subsetLabels(host, name);
    },
    namedBefore: (route, version) => namesVersion(s, route, version),
    drained: (version) => drained.has(version),
  };
}

function namesVersion(s: Survey, route: RouteSpec, version: number): boolean {
  const kind = s.observed.kinds.get(route.shorthand);
  if (kind === undefined) return false;
  const seen = s.observed.output({ groupResource: groupResourceOf(kind), name: route.name });
  const reading = seen.state === "seen" && seen.object !== undefined ? readRoute(seen.object) : undefined;
  if (reading?.readable !== true) return false;
  return reading.rules.some((rule) =>
    rule.destinations.some(({ backend }) => identifyVersion(backend, s.versions, s.observed.subsetLabels) === version),
  );
}
