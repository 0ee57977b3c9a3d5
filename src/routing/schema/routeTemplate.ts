import { names } from "../names.js";
import { configMapSchema } from "./configMap.js";
import type { Schema } from "./node.js";
import { text } from "./node.js";

/** JSON schema of a route template: a ConfigMap with one Go template for each key. */
export function routeTemplateSchema(): Schema {
  const schema = configMapSchema(
    {
      title: "Route template",
      description: "A ConfigMap with Go templates of routes, which routemaps name in their templateRef.",
    },
    {
      label: names.routeTemplateKind,
      data: {
        title: "Templates",
        description: "One Go template for each key.",
        type: "object",
        minProperties: 1,
        additionalProperties: text(
          {
            title: "One template",
            description:
              "Go template that renders YAML of the routemap's gvrShort. It sees .Weights, .Percents, .Versions, .Name, .Namespace, .Labels, .Annotations and .Values.",
          },
          { pattern: "\\S", patternErrorMessage: "Write the template as a block of text: `|`" },
        ),
      },
    },
  );
  return { $schema: "http://json-schema.org/draft-07/schema#", ...schema };
}
