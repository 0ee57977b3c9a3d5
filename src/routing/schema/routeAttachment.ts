import { namePatterns } from "../dnsNames.js";
import { gatewayLimits } from "../generate/limits.js";
import type { Schema } from "./node.js";
import { filledText, integer, list, mapping, optional, text } from "./node.js";

const object = namePatterns.object.slice(1, -1);
const namespace = namePatterns.namespace.slice(1, -1);

/** The schemas of the keys that say which requests reach a route at all. */
export function attachmentMembers(): Readonly<Record<string, Schema>> {
  return {
    hostnames: optional(
      list(
        {
          title: "Host names",
          description: "Hosts the route serves. A VirtualService needs them.",
          examples: [["app.example.com"]],
        },
        filledText(
          { title: "Host name", description: "A name, or a pattern such as *.example.com." },
          { pattern: `^(\\*|(\\*\\.)?${object})$` },
        ),
      ),
    ),
    parentRefs: optional(
      list(
        {
          title: "Gateways of Gateway API",
          description: "What an HTTPRoute or GRPCRoute attaches to.",
          examples: [[{ name: "gateway" }]],
        },
        parentSchema(),
        { maxItems: gatewayLimits.parentRefs },
      ),
    ),
    gateways: optional(
      list(
        { title: "Gateways of Istio", description: "For a VirtualService. Absent: the mesh.", examples: [["mesh"]] },
        filledText(
          { title: "Gateway", description: "name, namespace/name or mesh." },
          { pattern: `^(${namespace}/)?${object}$` },
        ),
      ),
    ),
  };
}

function parentSchema(): Schema {
  const key = (title: string, description: string): Schema => optional(text({ title, description }));
  return mapping(
    { title: "One parent", description: "A Gateway by name, and what else parentRefs of Gateway API may say." },
    {
      name: filledText({ title: "Name", description: "Name of the Gateway." }),
      namespace: key("Namespace", "Namespace of the Gateway. Absent: the routemap's own."),
      sectionName: key("Listener", "Name of one listener of the Gateway. Absent: all."),
      port: optional(integer({ title: "Port", description: "Port of the listeners. Absent: all." }, 0, 65_535)),
      group: key("Group", "API group of the parent. Absent: gateway.networking.k8s.io."),
      kind: key("Kind", "Kind of the parent. Absent: Gateway."),
    },
    { required: ["name"] },
  );
}
