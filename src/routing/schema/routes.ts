import { deploymentModes } from "../decode/routeBackend.js";
import { routeKinds } from "../decode/routeKind.js";
import { strategies } from "../decode/routeStrategy.js";
import type { Schema } from "./node.js";
import { dictionary, filledText, integer, list, mapping, optional, text } from "./node.js";
import { attachmentMembers } from "./routeAttachment.js";
import { routeConditions } from "./routeConditions.js";
import { ruleSchema } from "./routeRule.js";
import { strategyMembers } from "./routeStrategy.js";
import { namePatterns } from "../dnsNames.js";
import { longestToken, tokenPattern } from "../decode/httpToken.js";
import { objectName } from "./versions.js";

/** The schema of `routes`. */
export function routesSchema(): Schema {
  return list(
    { title: "Routes", description: "Routes that need no template: names are enough." },
    mapping(
      { title: "One route", description: "An HTTPRoute, a GRPCRoute or a VirtualService that Pointsman writes." },
      { ...identity(), ...attachmentMembers(), ...strategyMembers(), ...backends(), ...details() },
      { required: ["kind", "name"], allOf: routeConditions() },
    ),
  );
}

type Members = Readonly<Record<string, Schema>>;

function identity(): Members {
  return {
    kind: {
      title: "Kind of the route",
      description: "Gateway API's HTTPRoute and GRPCRoute, or Istio's VirtualService.",
      type: "string",
      enum: routeKinds,
    },
    name: objectName({ title: "Name of the route", description: "It is written into the routemap's namespace." }),
    strategy: optional({
      title: "Strategy",
      description:
        "blue-green shares requests out by weight; canary leads those that match to a candidate; mirror sends a candidate copies. Absent: blue-green.",
      type: "string",
      enum: strategies,
    }),
  };
}

function backends(): Members {
  return {
    port: optional(
      integer(
        { title: "Port", description: "Port of every version's Service. Absent: its only one.", examples: [80] },
        1,
        65_535,
      ),
    ),
    deploymentMode: optional({
      title: "How KServe runs the models",
      description: "Absent: as each InferenceService says. Knative is Serverless, Standard is RawDeployment.",
      type: "string",
      enum: [...deploymentModes.keys()],
    }),
    service: optional(
      text(
        { title: "Shared Service", description: "One Service for all versions, told apart by subsets." },
        { pattern: namePatterns.namespace },
      ),
    ),
    subsets: optional(
      dictionary(
        {
          title: "Subsets",
          description: "For each version, by name: the labels of its Pods.",
          examples: [{ primary: { version: "v1" }, candidate: { version: "v2" } }],
        },
        dictionary(
          { title: "Labels of one version", description: "They differ from those of every other version." },
          filledText(
            { title: "Value of the label", description: "As in the Pod template." },
            { pattern: namePatterns.labelValue },
          ),
          { minProperties: 1 },
        ),
      ),
    ),
  };
}

function details(): Members {
  return {
    rule: optional(ruleSchema()),
    versionHeader: optional(
      text(
        {
          title: "Response header",
          description: 'Response header that tells the version. Absent: app-version; "": none.',
          examples: ["app-version", ""],
        },
        { pattern: `${tokenPattern}|^$`, maxLength: longestToken },
      ),
    ),
  };
}
