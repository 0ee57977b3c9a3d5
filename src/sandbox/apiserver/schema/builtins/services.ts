import type { Schema } from "../schema.js";
import { about, atomic, bool, int32, intOrString, keyed, listOf, or, struct, text, texts } from "./notation.js";
import { objectReference } from "./references.js";
import { condition } from "./selectors.js";

const servicePort: Schema = struct(
  {
    appProtocol: about(text, "What is spoken on it, such as kubernetes.io/h2c."),
    name: about(text, "Its name; needed when there are several."),
    nodePort: about(int32, "Port on every node, for NodePort and LoadBalancer."),
    port: about(int32, "The port of the Service."),
    protocol: about(or(text, "TCP"), "TCP, UDP or SCTP."),
    targetPort: about(intOrString, "Port of the Pods, by number or name; the Service's own if absent."),
  },
  { required: ["port"] },
);

const clientIPConfig: Schema = struct({ timeoutSeconds: or(int32, 10800) });

const sessionAffinityConfig: Schema = struct({ clientIP: clientIPConfig });

const serviceSpec: Schema = struct(
  {
    allocateLoadBalancerNodePorts: bool,
    clusterIP: about(text, "Its address in the cluster; None for a headless one."),
    clusterIPs: listOf(text),
    externalIPs: listOf(text),
    externalName: about(text, "The DNS name that a Service of type ExternalName stands for."),
    externalTrafficPolicy: about(text, "Cluster, or Local for Pods of the node that was asked only."),
    healthCheckNodePort: int32,
    internalTrafficPolicy: about(text, "Cluster, or Local for Pods of the same node only."),
    ipFamilies: listOf(text),
    ipFamilyPolicy: about(text, "SingleStack, PreferDualStack or RequireDualStack."),
    loadBalancerClass: text,
    loadBalancerIP: text,
    loadBalancerSourceRanges: listOf(text),
    ports: about(listOf(servicePort, { keys: ["port", "protocol"], mergeKey: "port" }), "Its ports."),
    publishNotReadyAddresses: about(bool, "Whether Pods that are not ready are published, too."),
    selector: about(atomic(texts), "Labels of the Pods behind it."),
    sessionAffinity: about(or(text, "None"), "None, or ClientIP to send a client to the same Pod again."),
    sessionAffinityConfig,
    trafficDistribution: text,
    type: about(or(text, "ClusterIP"), "ClusterIP, NodePort, LoadBalancer or ExternalName."),
  },
  { description: "How the Service is reached, and what is behind it." },
);

const portStatus: Schema = struct({ error: text, port: int32, protocol: text }, { required: ["port", "protocol"] });

const loadBalancerIngress: Schema = struct({ hostname: text, ip: text, ipMode: text, ports: listOf(portStatus) });

const loadBalancerStatus: Schema = struct({ ingress: listOf(loadBalancerIngress) });

const serviceStatus: Schema = struct({
  conditions: keyed(condition, "type"),
  loadBalancer: or(loadBalancerStatus, {}),
});

/** A name and address for a set of Pods. */
export const service: Schema = struct(
  { spec: or(serviceSpec, {}), status: or(serviceStatus, {}) },
  { description: "A name and address for a set of Pods." },
);

const endpointAddress: Schema = struct(
  { hostname: text, ip: text, nodeName: text, targetRef: objectReference },
  { required: ["ip"], atomic: true },
);

const endpointPort: Schema = struct(
  { appProtocol: text, name: text, port: int32, protocol: or(text, "TCP") },
  { required: ["port"], atomic: true },
);

const endpointSubset: Schema = struct({
  addresses: listOf(endpointAddress),
  notReadyAddresses: listOf(endpointAddress),
  ports: listOf(endpointPort),
});

/** Addresses behind a Service. EndpointSlices have taken their place. */
export const endpoints: Schema = struct(
  { subsets: listOf(endpointSubset) },
  { description: "Addresses behind a Service. EndpointSlices have taken their place." },
);
