import * as z from "zod";

import { durationPattern, parseDuration } from "../base/duration.js";

/** A duration in Go's syntax, or the number 0; decoded to milliseconds. */
const duration = z
  .union([z.string().meta({ pattern: durationPattern }), z.literal(0)])
  .transform((written, context) => {
    if (written === 0) return 0;
    const parsed = parseDuration(written);
    if (parsed.ok) return parsed.value;
    const { message, fix } = parsed.error;
    context.issues.push({ code: "custom", message, params: { fix }, input: written });
    return z.NEVER;
  })
  .meta({ description: 'A duration in Go\'s syntax, for example "15m", "1h30m", "500ms" or "0".' });

function matching(pattern: RegExp, problem: string): z.ZodString {
  return z.string().regex(pattern, { message: problem });
}

const group = matching(
  /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?)?$/,
  'is no API group; write for example "apps", or "" for core',
);
const version = matching(/^v[0-9]+((alpha|beta)[0-9]+)?$/, 'is no API version; write for example "v1" or "v1beta1"');
const plural = matching(
  /^[a-z][-a-z0-9]*$/,
  'is no resource name; write the plural in lower case, for example "services"',
);
const shorthand = matching(
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/,
  "is no shorthand; use letters, digits, dots and dashes",
);
const specPath = matching(
  /^(?!spec\.)[A-Za-z][A-Za-z0-9]*(\.[A-Za-z][A-Za-z0-9]*)*$/,
  'is no path below spec; write names joined by dots, without "spec.", for example "template.metadata.labels"',
);
const hostPattern = matching(
  /^(\*|(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*)$/,
  'is no host pattern; write a host name, "*.example.com" or "*"',
);

const resourceType = z.strictObject({
  Group: group.optional().meta({ title: "API group", description: "API group; empty for the core group." }),
  Version: version.optional().meta({ title: "API version", description: "API version, for example v1." }),
  Resource: plural
    .optional()
    .meta({ title: "Resource", description: "Plural resource name, for example deployments." }),
  conditions: z
    .array(z.string().min(1))
    .optional()
    .meta({ title: "Conditions", description: 'Condition types of the status that must be "True".' }),
  ready: z.string().min(1).max(4096).optional().meta({
    title: "Condition for being ready",
    description: "CEL expression over `object` that must be true for an object to be ready.",
  }),
  hold: z.boolean().optional().meta({
    title: "May be held",
    description: "Whether objects of this kind may carry the finalizer that keeps them until traffic is back.",
  }),
  carries: z.boolean().optional().meta({
    title: "Carries traffic",
    description: "Whether a route of this kind carries traffic itself; false needs no proof.",
  }),
  minStable: duration.optional().meta({
    title: "Stable before a raise",
    description: "How long an object must be ready before traffic is raised.",
  }),
  specPaths: z.array(specPath).optional().meta({
    title: "Kept paths of spec",
    description: "Paths below spec that are kept of an object and that `ready` may read.",
  }),
});

const release = z.strictObject({
  minStable: duration.optional().meta({
    title: "Stable before a raise",
    description: "How long a version must be ready before its traffic is raised.",
  }),
  settle: duration
    .optional()
    .meta({ title: "Settle time", description: "Least time for gateways to follow a confirmed route." }),
  drain: duration.optional().meta({ title: "Drain time", description: "Time for requests under way to end." }),
  deadline: duration
    .optional()
    .meta({ title: "Deadline", description: "A deleted version is let go after this at the latest." }),
  confirmTimeout: duration
    .optional()
    .meta({ title: "Time to confirm", description: "How long a route's status is waited for." }),
});

const settle = z.strictObject({
  gatewayClasses: z
    .record(z.string().min(1), duration)
    .optional()
    .meta({ title: "By GatewayClass", description: "Time a gateway needs to follow a route, by GatewayClass name." }),
  virtualService: duration
    .optional()
    .meta({ title: "VirtualServices", description: "The same for Istio's VirtualService." }),
  unknownClass: duration.optional().meta({ title: "Other classes", description: "The same for every other class." }),
});

const limits = z.strictObject({
  crossNamespace: z
    .boolean()
    .optional()
    .meta({ title: "Other namespaces", description: "Whether a routemap may list resources of other namespaces." }),
  maxDeadline: duration
    .optional()
    .meta({ title: "Longest deadline", description: "Longest deadline a routemap may ask for." }),
  maxSettle: duration
    .optional()
    .meta({ title: "Longest settle time", description: "Longest settle time a routemap may ask for." }),
  maxVersions: z
    .int()
    .min(1)
    .max(100)
    .optional()
    .meta({ title: "Most versions", description: "Most versions a routemap may have." }),
  hosts: z.array(hostPattern).min(1).optional().meta({
    title: "Allowed hosts",
    description: "Host patterns routes may use; absent: all but other namespaces' Services.",
  }),
});

/** The controller's configuration as it is written: Iter8's `config.yaml` and what Pointsman adds. */
export const configFileSchema = z
  .strictObject({
    defaultResync: duration
      .optional()
      .meta({ title: "Time between looks", description: "Everything is looked at again at least this often." }),
    clusterScoped: z.boolean().optional().meta({
      title: "Whole cluster",
      description: "Whether all namespaces are watched; absent or false: only the controller's own.",
    }),
    resourceTypes: z
      .record(shorthand, resourceType)
      .optional()
      .meta({ title: "Kinds", description: "Kinds by shorthand; entries are merged over the built-in ones." }),
    outputs: z
      .array(shorthand)
      .optional()
      .meta({ title: "Kinds that may be written", description: "Shorthands of the kinds that routemaps may write." }),
    templateNamespaces: z
      .array(matching(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, "is no name of a namespace"))
      .optional()
      .meta({
        title: "Namespaces of shared templates",
        description: "Namespaces whose route templates every routemap may use.",
      }),
    release: release
      .optional()
      .meta({ title: "Times of a release", description: "Times of a release that a routemap does not give itself." }),
    settle: settle
      .optional()
      .meta({ title: "Settle times", description: "How long data planes need to follow a route." }),
    limits: limits.optional().meta({ title: "Limits", description: "What no routemap may go beyond." }),
  })
  .meta({
    title: "Configuration of the Pointsman controller",
    description: "Entries of resourceTypes are merged over the built-in ones; every other key replaces its default.",
  });

/** A decoded configuration file: durations are milliseconds, nothing is filled in. */
export type ConfigFile = z.output<typeof configFileSchema>;

/** One entry of `resourceTypes`. */
export type ResourceType = z.output<typeof resourceType>;

/** The keys that are allowed at a path, or undefined where any is. */
export function allowedKeys(path: readonly PropertyKey[]): readonly string[] | undefined {
  const [first, second] = path;
  if (first === undefined) return Object.keys(configFileSchema.shape);
  if (first === "resourceTypes") return second === undefined ? undefined : Object.keys(resourceType.shape);
  if (second !== undefined) return undefined;
  const sections: Readonly<Record<string, object>> = {
    release: release.shape,
    settle: settle.shape,
    limits: limits.shape,
  };
  const section = sections[String(first)];
  return section === undefined ? undefined : Object.keys(section);
}
