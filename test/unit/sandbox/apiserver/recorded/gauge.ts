import type { Schema } from "../../../../../src/sandbox/apiserver/schema/schema.js";

const text: Schema = { type: "string" };
const texts: Schema = { type: "object", additionalProperties: text };
const port: Schema = {
  type: "object",
  required: ["port"],
  properties: {
    port: { type: "integer", minimum: 1, maximum: 65535 },
    protocol: { type: "string", default: "TCP", enum: ["TCP", "UDP"] },
    name: { type: "string", pattern: "^[a-z]+$", maxLength: 5 },
    target: { "x-kubernetes-int-or-string": true },
  },
};
const reference: Schema = {
  type: "object",
  required: ["name"],
  properties: { group: { ...text, default: "example.com" }, kind: { ...text, default: "Gauge" }, name: text },
};

/** The schema of a custom kind that has a field of every sort. */
export const gaugeSchema: Schema = {
  type: "object",
  required: ["spec"],
  properties: {
    spec: {
      type: "object",
      properties: {
        size: { type: "integer", minimum: 0, maximum: 10, default: 1 },
        ratio: { type: "number", exclusiveMinimum: true, minimum: 0, multipleOf: 0.5 },
        on: { type: "boolean" },
        since: { type: "string", format: "date-time" },
        note: { type: "string", nullable: true, minLength: 2 },
        ports: {
          type: "array",
          maxItems: 3,
          items: port,
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": ["port", "protocol"],
        },
        tags: { type: "array", items: text, "x-kubernetes-list-type": "set" },
        refs: { type: "array", items: reference, "x-kubernetes-list-type": "atomic" },
        plain: { type: "array", minItems: 1, items: text },
        labels: { ...texts, maxProperties: 2 },
        frozen: { ...texts, "x-kubernetes-map-type": "atomic" },
        point: {
          type: "object",
          required: ["x"],
          properties: { x: { type: "integer" }, y: { type: "integer" } },
          "x-kubernetes-map-type": "atomic",
        },
        nested: {
          type: "object",
          properties: { a: text, b: text, c: { type: "object", properties: { d: text, e: text } } },
        },
        any: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
        either: {
          type: "object",
          properties: { left: text, right: text },
          oneOf: [{ required: ["left"] }, { required: ["right"] }],
        },
      },
    },
    status: {
      type: "object",
      properties: {
        phase: text,
        conditions: {
          type: "array",
          items: { type: "object", required: ["type"], properties: { type: text, status: text } },
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": ["type"],
        },
      },
    },
  },
};
