import type { Schema } from "../schema.js";
import { about, bool, int32, listOf, or, setOf, struct, text, texts } from "./notation.js";
import { objectReference } from "./references.js";

const endpointConditions: Schema = struct({
  ready: about(bool, "Whether it may receive new traffic."),
  serving: about(bool, "Whether it answers, deleted or not."),
  terminating: about(bool, "Whether it was deleted."),
});

const forNode: Schema = struct({ name: text }, { required: ["name"] });

const forZone: Schema = struct({ name: text }, { required: ["name"] });

const endpointHints: Schema = struct({ forNodes: listOf(forNode), forZones: listOf(forZone) });

const endpoint: Schema = struct(
  {
    addresses: setOf(text),
    conditions: or(endpointConditions, {}),
    deprecatedTopology: texts,
    hints: endpointHints,
    hostname: text,
    nodeName: text,
    targetRef: objectReference,
    zone: text,
  },
  { required: ["addresses"] },
);

const endpointPort: Schema = struct(
  { appProtocol: text, name: text, port: int32, protocol: or(text, "TCP") },
  { atomic: true },
);

/** Addresses behind a Service, or a part of them. */
export const endpointSlice: Schema = struct(
  {
    addressType: about(text, "IPv4, IPv6 or FQDN. It cannot be changed."),
    endpoints: about(listOf(endpoint), "The addresses and their state."),
    ports: about(listOf(endpointPort), "The ports of every address."),
  },
  { required: ["addressType"], description: "Addresses behind a Service, or a part of them." },
);
