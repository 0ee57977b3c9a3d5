import { names } from "../names.js";
import { configMapSchema } from "./configMap.js";
import type { Schema } from "./node.js";
import { filledText, mapping, optional, text } from "./node.js";
import { releaseSchema } from "./release.js";
import { candidateConditions } from "./routeConditions.js";
import { routesSchema } from "./routes.js";
import { templatesSchema } from "./templates.js";
import { versionsSchema } from "./versions.js";

/**
 * JSON schema of a routemap, in either of its forms: the spec alone, or the ConfigMap that holds the spec as text.
 * Whatever `decodeRoutemap` accepts is valid; what depends on the controller's configuration is left to `lint`.
 */
export function routemapSchema(): Schema {
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Routemap",
    description: "The versions of an application, and the routes that share its requests out among them.",
    type: "object",
    if: { anyOf: [{ required: ["kind"] }, { required: ["apiVersion"] }] },
    then: routemapConfigMapSchema(),
    else: routemapSpecSchema(),
  };
}

/** JSON schema of what `data.strSpec` says. */
export function routemapSpecSchema(): Schema {
  return mapping(
    { title: "Spec of a routemap", description: "What stands in data.strSpec of its ConfigMap." },
    {
      versions: versionsSchema(),
      routingTemplates: optional(templatesSchema()),
      routes: optional(routesSchema()),
      release: optional(releaseSchema()),
    },
    {
      required: ["versions"],
      if: { properties: { versions: { minItems: 2 } } },
      then: { properties: { routes: { items: { allOf: candidateConditions() } } } },
    },
  );
}

function routemapConfigMapSchema(): Schema {
  return configMapSchema(
    { title: "ConfigMap of a routemap", description: "The spec is the text under data.strSpec." },
    {
      label: names.routemapKind,
      data: {
        title: "Data",
        description: "The spec of the routemap.",
        type: "object",
        required: ["strSpec"],
        properties: {
          strSpec: filledText({
            title: "Spec",
            description:
              "YAML text with versions, routingTemplates, routes and release. Editors check it when it stands in a file of its own.",
          }),
        },
        additionalProperties: { type: ["string", "null"] },
      },
      annotations: {
        [names.paused]: brake("Paused", "No route is written while this is true."),
        [names.forcePrimary]: brake("Everything to the primary", "While this is true, no version is raised."),
        [names.adopt]: brake("Adopt", "Take over routes that others manage."),
        [names.ready]: optional(text({ title: "Ready", description: "Written by Pointsman: True, False or Unknown." })),
        [names.status]: optional(
          text({ title: "Status", description: "Written by Pointsman: conditions, versions, routes." }),
        ),
      },
    },
  );
}

function brake(title: string, description: string): Schema {
  return optional(text({ title, description, examples: ["true"] }));
}
