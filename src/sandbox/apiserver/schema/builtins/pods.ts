import type { Schema } from "../schema.js";
import { objectMetaSchema } from "../objectMeta.js";
import {
  container,
  containerExtendedResourceRequest,
  ephemeralContainer,
  podSecurityContext,
  resourceRequirements,
} from "./containers.js";
import {
  about,
  atomic,
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
  texts,
  time,
} from "./notation.js";
import { localObjectReference } from "./references.js";
import { affinity, podSchedulingGate, toleration, topologySpreadConstraint } from "./scheduling.js";
import { volume } from "./volumes.js";

const podDNSConfigOption: Schema = struct({ name: text, value: text });

const podDNSConfig: Schema = struct({
  nameservers: listOf(text),
  options: listOf(podDNSConfigOption),
  searches: listOf(text),
});

const hostAlias: Schema = struct({ hostnames: listOf(text), ip: text }, { required: ["ip"] });

const podOS: Schema = struct({ name: text }, { required: ["name"] });

const podReadinessGate: Schema = struct({ conditionType: text }, { required: ["conditionType"] });

const podResourceClaim: Schema = struct(
  { name: text, resourceClaimName: text, resourceClaimTemplateName: text },
  { required: ["name"] },
);

const podSchedulingGroup: Schema = struct({ podGroupName: text });

const podSpec: Schema = struct(
  {
    activeDeadlineSeconds: int64,
    affinity: about(affinity, "Where it should and should not run."),
    automountServiceAccountToken: bool,
    containers: about(keyed(container, "name"), "The containers. There is at least one; the list cannot be changed."),
    dnsConfig: podDNSConfig,
    dnsPolicy: about(
      or(text, "ClusterFirst"),
      "How names are resolved: ClusterFirst, ClusterFirstWithHostNet, Default or None.",
    ),
    enableServiceLinks: bool,
    ephemeralContainers: keyed(ephemeralContainer, "name"),
    hostAliases: keyed(hostAlias, "ip"),
    hostIPC: bool,
    hostNetwork: about(bool, "Whether it uses the node's network."),
    hostPID: bool,
    hostUsers: bool,
    hostname: text,
    hostnameOverride: text,
    imagePullSecrets: about(keyed(localObjectReference, "name"), "Secrets for the registries of the images."),
    initContainers: about(keyed(container, "name"), "Containers that run one after the other before the others start."),
    nodeName: about(text, "The node it runs on. Set by the scheduler."),
    nodeSelector: about(atomic(texts), "Labels a node must have."),
    os: podOS,
    overhead: mapOf(quantity),
    preemptionPolicy: text,
    priority: int32,
    priorityClassName: about(text, "The class of its priority."),
    readinessGates: about(listOf(podReadinessGate), "Conditions that must hold, too, for the Pod to be ready."),
    resourceClaims: listOf(podResourceClaim, { keys: ["name"], mergeKey: "name", strategy: "merge, retainKeys" }),
    resources: resourceRequirements,
    restartPolicy: about(or(text, "Always"), "Always, OnFailure or Never."),
    runtimeClassName: text,
    schedulerName: or(text, "default-scheduler"),
    schedulingGates: keyed(podSchedulingGate, "name"),
    schedulingGroup: podSchedulingGroup,
    securityContext: podSecurityContext,
    serviceAccount: text,
    serviceAccountName: about(text, "The ServiceAccount it runs as."),
    setHostnameAsFQDN: bool,
    shareProcessNamespace: bool,
    subdomain: text,
    terminationGracePeriodSeconds: about(
      or(int64, 30),
      "How long the Pod may take to end after it was told to. 0 ends it at once.",
    ),
    tolerations: about(listOf(toleration), "Taints of nodes that do not keep the Pod away."),
    topologySpreadConstraints: about(
      listOf(topologySpreadConstraint, { keys: ["topologyKey", "whenUnsatisfiable"], mergeKey: "topologyKey" }),
      "How Pods are spread over zones, nodes and the like.",
    ),
    volumes: about(
      listOf(volume, { keys: ["name"], mergeKey: "name", strategy: "merge, retainKeys" }),
      "Volumes that containers can mount.",
    ),
  },
  { required: ["containers"], description: "What a Pod runs, and how." },
);

const podCondition: Schema = struct(
  {
    lastProbeTime: time,
    lastTransitionTime: time,
    message: text,
    observedGeneration: int64,
    reason: text,
    status: text,
    type: text,
  },
  { required: ["type", "status"] },
);

const resourceHealth: Schema = struct({ health: text, message: text, resourceID: text }, { required: ["resourceID"] });

const resourceStatus: Schema = struct(
  { name: text, resources: listOf(resourceHealth, { keys: ["resourceID"] }) },
  { required: ["name"] },
);

const containerStateRunning: Schema = struct({ startedAt: time });

const containerStateTerminated: Schema = struct(
  { containerID: text, exitCode: int32, finishedAt: time, message: text, reason: text, signal: int32, startedAt: time },
  { required: ["exitCode"] },
);

const containerStateWaiting: Schema = struct({ message: text, reason: text });

const containerState: Schema = struct({
  running: containerStateRunning,
  terminated: containerStateTerminated,
  waiting: containerStateWaiting,
});

const linuxContainerUser: Schema = struct(
  { gid: int64, supplementalGroups: listOf(int64), uid: int64 },
  { required: ["uid", "gid"] },
);

const containerUser: Schema = struct({ linux: linuxContainerUser });

const imageVolumeStatus: Schema = struct({ imageRef: text }, { required: ["imageRef"] });

const volumeStatus: Schema = struct({ image: imageVolumeStatus });

const volumeMountStatus: Schema = struct(
  { mountPath: text, name: text, readOnly: bool, recursiveReadOnly: text, volumeStatus },
  { required: ["name", "mountPath"] },
);

const containerStatus: Schema = struct(
  {
    allocatedResources: mapOf(quantity),
    allocatedResourcesStatus: keyed(resourceStatus, "name"),
    containerID: text,
    image: text,
    imageID: text,
    lastState: or(containerState, {}),
    name: text,
    ready: bool,
    resources: resourceRequirements,
    restartCount: int32,
    started: bool,
    state: or(containerState, {}),
    stopSignal: text,
    user: containerUser,
    volumeMounts: keyed(volumeMountStatus, "mountPath"),
  },
  { required: ["name", "ready", "restartCount", "image", "imageID"] },
);

const podExtendedResourceClaimStatus: Schema = struct(
  { requestMappings: listOf(containerExtendedResourceRequest), resourceClaimName: text },
  { required: ["requestMappings", "resourceClaimName"] },
);

const hostIP: Schema = struct({ ip: text }, { required: ["ip"] });

const nodeAllocatableResourceClaimStatus: Schema = struct(
  { containers: setOf(text), resourceClaimName: text, resources: mapOf(quantity) },
  { required: ["resourceClaimName", "resources"] },
);

const podIP: Schema = struct({ ip: text }, { required: ["ip"] });

const podResourceClaimStatus: Schema = struct({ name: text, resourceClaimName: text }, { required: ["name"] });

const podStatus: Schema = struct({
  allocatedResources: mapOf(quantity),
  conditions: about(keyed(podCondition, "type"), "What holds now: PodScheduled, Initialized, ContainersReady, Ready."),
  containerStatuses: about(listOf(containerStatus), "The state of each container."),
  ephemeralContainerStatuses: listOf(containerStatus),
  extendedResourceClaimStatus: podExtendedResourceClaimStatus,
  hostIP: text,
  hostIPs: listOf(hostIP, { mergeKey: "ip" }),
  initContainerStatuses: listOf(containerStatus),
  message: text,
  nodeAllocatableResourceClaimStatuses: listOf(nodeAllocatableResourceClaimStatus),
  nominatedNodeName: text,
  observedGeneration: about(int64, "The generation that the status was made from."),
  phase: about(text, "Pending, Running, Succeeded, Failed or Unknown."),
  podIP: about(text, "Its address."),
  podIPs: keyed(podIP, "ip"),
  qosClass: text,
  reason: text,
  resize: text,
  resourceClaimStatuses: listOf(podResourceClaimStatus, {
    keys: ["name"],
    mergeKey: "name",
    strategy: "merge, retainKeys",
  }),
  resources: resourceRequirements,
  startTime: time,
});

/** Containers that run together on one node. */
export const pod: Schema = struct(
  { spec: or(podSpec, {}), status: or(podStatus, {}) },
  { description: "Containers that run together on one node." },
);

/** A template of Pods. */
export const podTemplateSpec: Schema = struct(
  {
    metadata: about(or(objectMetaSchema, {}), "Labels and annotations of the Pods."),
    spec: about(or(podSpec, {}), "What the Pods run."),
  },
  { description: "A template of Pods." },
);
