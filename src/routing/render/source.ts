import type { Routemap, RoutingTemplate } from "../routemap.js";
import type { RouteSpec } from "../routeSpec.js";

/** What a routemap's outputs come from: a template, or an entry of `routes`. `path` names it in the routemap. */
export type OutputSource =
  | { readonly type: "template"; readonly path: string; readonly template: RoutingTemplate }
  | { readonly type: "route"; readonly path: string; readonly route: RouteSpec };

/** Everything that a routemap renders, in the order of the spec: templates first, then routes. */
export function sourcesOf(spec: Routemap): readonly OutputSource[] {
  return [
    ...spec.templates.map((template): OutputSource => {
      return { type: "template", path: `routingTemplates.${template.name}`, template };
    }),
    ...spec.routes.map((route, index): OutputSource => ({ type: "route", path: `routes[${index}]`, route })),
  ];
}

/** Shorthands of the kinds that a routemap renders, each as often as it does. */
export function outputShorthands(spec: Routemap): readonly string[] {
  return sourcesOf(spec).flatMap((source) => {
    if (source.type === "template") return [source.template.kind];
    const { shorthand, destinationRule } = source.route;
    return destinationRule === undefined ? [shorthand] : [shorthand, destinationRule];
  });
}
