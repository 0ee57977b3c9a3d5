import type { Schema } from "../schema.js";
import { about, int32, intOrString, listOf, or, struct, text } from "./notation.js";
import { labelSelector } from "./selectors.js";

const networkPolicyPort: Schema = struct({ endPort: int32, port: intOrString, protocol: or(text, "TCP") });

const ipBlock: Schema = struct({ cidr: text, except: listOf(text) }, { required: ["cidr"] });

const networkPolicyPeer: Schema = struct({ ipBlock, namespaceSelector: labelSelector, podSelector: labelSelector });

const networkPolicyEgressRule: Schema = struct({ ports: listOf(networkPolicyPort), to: listOf(networkPolicyPeer) });

const networkPolicyIngressRule: Schema = struct({ from: listOf(networkPolicyPeer), ports: listOf(networkPolicyPort) });

const networkPolicySpec: Schema = struct({
  egress: about(listOf(networkPolicyEgressRule), "What they may send."),
  ingress: about(listOf(networkPolicyIngressRule), "What they may receive."),
  podSelector: about(or(labelSelector, {}), "The Pods it is about; empty means all of the namespace."),
  policyTypes: about(listOf(text), "Ingress, Egress, or both."),
});

/** Which traffic Pods may receive and send. */
export const networkPolicy: Schema = struct(
  { spec: or(networkPolicySpec, {}) },
  { description: "Which traffic Pods may receive and send." },
);
