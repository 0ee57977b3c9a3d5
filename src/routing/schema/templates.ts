import { defaultConfig } from "../../config/defaults.js";
import { longestObjectName } from "../dnsNames.js";
import { names } from "../names.js";
import type { Schema } from "./node.js";
import { anything, dictionary, filledText, mapping, optional, text } from "./node.js";
import { kindSchema, objectName } from "./versions.js";

/** The schema of `routingTemplates`. */
export function templatesSchema(): Schema {
  return dictionary(
    {
      title: "Templates of routes",
      description: "Go templates by a name of your choice; each renders one or more routes from the versions' weights.",
    },
    templateSchema(),
    { propertyNames: { minLength: 1, maxLength: longestObjectName } },
  );
}

function templateSchema(): Schema {
  return mapping(
    { title: "One template", description: "What it writes, and its text: here, or in a ConfigMap of its own." },
    {
      gvrShort: kindSchema(defaultConfig().outputs),
      template: optional(
        filledText({
          title: "Text of the template",
          description:
            "Go template that renders YAML of this kind. It sees .Weights (relative), .Percents (sum to 100), .Versions, .Name, .Namespace, .Labels, .Annotations and .Values.",
        }),
      ),
      templateRef: optional(templateRefSchema()),
      values: optional(
        anything({ title: "Values", description: "What the template sees as .Values.", examples: [{ port: 80 }] }),
      ),
    },
    {
      required: ["gvrShort"],
      oneOf: [
        { required: ["template"], properties: { template: { type: "string" } } },
        { required: ["templateRef"], properties: { templateRef: { type: "object" } } },
      ],
    },
  );
}

function templateRefSchema(): Schema {
  return mapping(
    {
      title: "Reference to a template",
      description: `A ConfigMap labelled ${names.kindLabel}: ${names.routeTemplateKind}, whose data holds templates.`,
    },
    {
      name: objectName({ title: "Name of the ConfigMap", description: "Name as in its metadata." }),
      key: optional(text({ title: "Key in data", description: "Absent: the only one." })),
      namespace: optional(
        text({
          title: "Namespace of the ConfigMap",
          description:
            "Absent: the routemap's own. Others must be among the templateNamespaces of the controller's configuration.",
        }),
      ),
    },
    { required: ["name"] },
  );
}
