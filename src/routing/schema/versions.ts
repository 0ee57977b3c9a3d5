import { builtInKinds } from "../../config/defaults.js";
import { celLimits } from "../../expressions/celLimits.js";
import { longestObjectName, namePatterns } from "../dnsNames.js";
import { names } from "../names.js";
import { maxWeight } from "../weights.js";
import type { Schema } from "./node.js";
import { filledText, integer, list, mapping, optional, text } from "./node.js";

const outputKinds: ReadonlySet<string> = new Set(["vs", "dr", "httproute", "grpcroute"]);

/** The schema of `versions`. */
export function versionsSchema(): Schema {
  return list(
    {
      title: "Versions of the application",
      description:
        "In order; the first is the primary, to which traffic returns when another version is not ready or is deleted. The controller's configuration bounds their number.",
    },
    versionSchema(),
    { minItems: 1 },
  );
}

function versionSchema(): Schema {
  return mapping(
    { title: "One version", description: "It may get traffic while all of its resources are there and ready." },
    {
      name: optional(
        text(
          {
            title: "Name of the version",
            description: "Unique in the routemap. Absent: v and its place in the list, from v0.",
            examples: ["primary", "candidate"],
          },
          { pattern: namePatterns.labelValue, patternErrorMessage: "Use at most 63 letters, digits, -, _ and ." },
        ),
      ),
      weight: optional(
        integer(
          {
            title: "Relative weight",
            description: `Share of the requests, relative to the other versions. Absent: 1. The annotation ${names.weight} of one of its resources overrides it.`,
            examples: [80, 20],
          },
          0,
          maxWeight,
        ),
      ),
      resources: optional(
        list(
          {
            title: "Resources of the version",
            description: `Usually its workload and its Service, each labelled ${names.watchLabel}: "true". All must be ready.`,
          },
          resourceSchema(),
        ),
      ),
    },
  );
}

function resourceSchema(): Schema {
  return mapping(
    { title: "One resource", description: "An object that must be there and ready." },
    {
      gvrShort: kindSchema(builtInKinds.map(({ shorthand }) => shorthand).filter((name) => !outputKinds.has(name))),
      name: objectName({ title: "Name of the object", description: "Name as in its metadata." }),
      namespace: optional(
        text(
          {
            title: "Namespace of the object",
            description:
              "Absent: the routemap's own. Another one has to be allowed by limits.crossNamespace in the controller's configuration.",
          },
          { pattern: namePatterns.namespace, patternErrorMessage: "Use at most 63 lower case letters, digits and -" },
        ),
      ),
      ready: optional(
        text(
          {
            title: "Condition for being ready",
            description: "CEL expression over `object` that must be true, on top of the kind's own rules.",
            examples: ["object.status.availableReplicas >= 2"],
          },
          { pattern: "\\S", maxLength: celLimits.source },
        ),
      ),
    },
    { required: ["gvrShort", "name"] },
  );
}

/** A shorthand of a kind. The administrator may add kinds, so the known ones are examples only. */
export function kindSchema(examples: readonly string[]): Schema {
  return filledText({
    title: "Kind",
    description: "Shorthand of the kind, as the controller's configuration names it.",
    examples,
  });
}

/** The name of an object: a DNS subdomain. */
export function objectName(words: Parameters<typeof text>[0]): Schema {
  return text(words, {
    pattern: namePatterns.object,
    maxLength: longestObjectName,
    patternErrorMessage: "Use lower case letters, digits, - and .",
  });
}
