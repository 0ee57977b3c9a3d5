import type { Schema } from "../schema.js";
import {
  about,
  bool,
  int32,
  int64,
  keyed,
  listOf,
  mapOf,
  or,
  quantity,
  setOf,
  struct,
  text,
  time,
} from "./notation.js";

const configMapNodeConfigSource: Schema = struct(
  { kubeletConfigKey: text, name: text, namespace: text, resourceVersion: text, uid: text },
  { required: ["namespace", "name", "kubeletConfigKey"] },
);

const nodeConfigSource: Schema = struct({ configMap: configMapNodeConfigSource });

const taint: Schema = struct(
  { effect: text, key: text, timeAdded: time, value: text },
  { required: ["key", "effect"] },
);

const nodeSpec: Schema = struct({
  configSource: nodeConfigSource,
  externalID: text,
  podCIDR: text,
  podCIDRs: setOf(text, { strategy: "merge" }),
  providerID: text,
  taints: about(listOf(taint), "What keeps Pods without a toleration away."),
  unschedulable: about(bool, "Whether new Pods are kept away."),
});

const nodeAddress: Schema = struct({ address: text, type: text }, { required: ["type", "address"] });

const nodeCondition: Schema = struct(
  { lastHeartbeatTime: time, lastTransitionTime: time, message: text, reason: text, status: text, type: text },
  { required: ["type", "status"] },
);

const nodeConfigStatus: Schema = struct({
  active: nodeConfigSource,
  assigned: nodeConfigSource,
  error: text,
  lastKnownGood: nodeConfigSource,
});

const daemonEndpoint: Schema = struct({ Port: or(int32, 0) }, { required: ["Port"] });

const nodeDaemonEndpoints: Schema = struct({ kubeletEndpoint: or(daemonEndpoint, {}) });

const nodeFeatures: Schema = struct({ supplementalGroupsPolicy: bool });

const containerImage: Schema = struct({ names: listOf(text), sizeBytes: int64 });

const nodeSwapStatus: Schema = struct({ capacity: int64 });

/** What a Node does not tell about itself is there all the same, and empty. */
const orEmpty: Schema = or(text, "");

const nodeSystemInfo: Schema = struct(
  {
    architecture: orEmpty,
    bootID: orEmpty,
    containerRuntimeVersion: orEmpty,
    kernelVersion: orEmpty,
    kubeProxyVersion: orEmpty,
    kubeletVersion: orEmpty,
    machineID: orEmpty,
    operatingSystem: orEmpty,
    osImage: orEmpty,
    swap: nodeSwapStatus,
    systemUUID: orEmpty,
  },
  {
    required: [
      "machineID",
      "systemUUID",
      "bootID",
      "kernelVersion",
      "osImage",
      "containerRuntimeVersion",
      "kubeletVersion",
      "kubeProxyVersion",
      "operatingSystem",
      "architecture",
    ],
  },
);

const nodeRuntimeHandlerFeatures: Schema = struct({ recursiveReadOnlyMounts: bool, userNamespaces: bool });

const nodeRuntimeHandler: Schema = struct({ features: nodeRuntimeHandlerFeatures, name: text });

const attachedVolume: Schema = struct({ devicePath: text, name: text }, { required: ["name", "devicePath"] });

const nodeStatus: Schema = struct({
  addresses: keyed(nodeAddress, "type"),
  allocatable: mapOf(quantity),
  capacity: mapOf(quantity),
  conditions: keyed(nodeCondition, "type"),
  config: nodeConfigStatus,
  daemonEndpoints: or(nodeDaemonEndpoints, {}),
  declaredFeatures: listOf(text),
  features: nodeFeatures,
  images: listOf(containerImage),
  nodeInfo: or(nodeSystemInfo, {}),
  phase: text,
  runtimeHandlers: listOf(nodeRuntimeHandler),
  volumesAttached: listOf(attachedVolume),
  volumesInUse: listOf(text),
});

/** A machine that runs Pods. */
export const node: Schema = struct(
  { spec: or(nodeSpec, {}), status: or(nodeStatus, {}) },
  { description: "A machine that runs Pods." },
);
