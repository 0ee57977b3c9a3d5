import type { Json, JsonObject } from "../../../src/base/json.js";
import { waitFor } from "../plane/waitFor.js";
import type { Subject } from "./subject.js";

export const definitionsPath = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

const text = { type: "string" } as const;

/** Every list and map type that server-side apply distinguishes, defaults at several depths, and what is validated. */
export const widgetSchema = {
  type: "object",
  description: "A widget.",
  required: ["spec"],
  properties: {
    spec: {
      type: "object",
      required: ["size"],
      properties: {
        size: { type: "integer", minimum: 1, maximum: 9, description: "How big it is." },
        color: { type: "string", enum: ["red", "green"], default: "red" },
        name: { type: "string", pattern: "^[a-z]+$", maxLength: 5 },
        flag: { type: "boolean" },
        free: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
        max: { "x-kubernetes-int-or-string": true },
        tags: { type: "array", "x-kubernetes-list-type": "set", items: text },
        ports: {
          type: "array",
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": ["port", "protocol"],
          items: {
            type: "object",
            required: ["port"],
            properties: { port: { type: "integer" }, protocol: { type: "string", default: "TCP" }, note: text },
          },
        },
        parents: {
          type: "array",
          "x-kubernetes-list-type": "atomic",
          items: {
            type: "object",
            required: ["name"],
            properties: { name: text, group: { type: "string", default: "gateway.example" } },
          },
        },
        box: { type: "object", "x-kubernetes-map-type": "atomic", properties: { a: text, b: text } },
      },
    },
    status: { type: "object", properties: { phase: text, replicas: { type: "integer" } } },
  },
} as const;

const columns = [
  { name: "Size", type: "integer", jsonPath: ".spec.size" },
  { name: "Phase", type: "string", jsonPath: ".status.phase" },
  { name: "Color", type: "string", jsonPath: ".spec.color", priority: 1 },
  { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" },
] as const;

/** A CustomResourceDefinition `widgets.GROUP` with the status subresource; `version` and `spec` add to it. */
export function widgetDefinition(group: string, version: JsonObject = {}, spec: JsonObject = {}): JsonObject {
  const v1 = {
    name: "v1",
    served: true,
    storage: true,
    schema: { openAPIV3Schema: widgetSchema },
    subresources: { status: {} },
    additionalPrinterColumns: columns,
    ...version,
  };
  const names = { plural: "widgets", singular: "widget", kind: "Widget", shortNames: ["wg"], categories: ["all"] };
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `widgets.${group}` },
    spec: { group, scope: "Namespaced", names, versions: [v1], ...spec },
  };
}

/** The custom resource of one test file. */
export class Widgets {
  private constructor(
    private readonly subject: Subject,
    readonly group: string,
  ) {}

  /** Installs the definition in a group that nobody else uses, and waits until it is served. */
  static async install(subject: Subject, version: JsonObject = {}): Promise<Widgets> {
    const widgets = new Widgets(subject, `${subject.namespace}.contract.example`);
    await subject.ok("POST", definitionsPath, widgetDefinition(widgets.group, version));
    await waitFor(async () => (await subject.get(widgets.path())).status === 200, {
      describe: "the widgets to be served",
      timeoutMs: 30_000,
    });
    return widgets;
  }

  get apiVersion(): string {
    return `${this.group}/v1`;
  }

  /** The path of the definition. */
  get definition(): string {
    return `${definitionsPath}/widgets.${this.group}`;
  }

  /** The path of the widgets in the subject's namespace, of one of them, or of its subresource. */
  path(...steps: readonly string[]): string {
    return this.subject.group(this.apiVersion, "widgets", ...steps);
  }

  body(name: string, spec: Json = { size: 3 }, more: JsonObject = {}): JsonObject {
    return { apiVersion: this.apiVersion, kind: "Widget", metadata: { name }, spec, ...more };
  }

  create(name: string, spec?: Json): Promise<Json> {
    return this.subject.ok("POST", this.path(), this.body(name, spec));
  }

  /** Removes the definition, and with it all widgets that nothing holds. */
  async remove(): Promise<void> {
    await this.subject.delete(this.definition);
  }
}
