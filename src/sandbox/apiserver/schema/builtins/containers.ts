import type { Schema } from "../schema.js";
import {
  about,
  bool,
  int32,
  int64,
  intOrString,
  keyed,
  listOf,
  mapOf,
  or,
  quantity,
  setOf,
  struct,
  text,
} from "./notation.js";

const configMapKeySelector: Schema = struct(
  { key: text, name: text, optional: bool },
  { required: ["key"], atomic: true },
);

export const objectFieldSelector: Schema = struct(
  { apiVersion: or(text, "v1"), fieldPath: text },
  { required: ["fieldPath"], atomic: true },
);

const fileKeySelector: Schema = struct(
  { key: text, optional: bool, path: text, volumeName: text },
  { required: ["volumeName", "path", "key"], atomic: true },
);

export const resourceFieldSelector: Schema = struct(
  { containerName: text, divisor: quantity, resource: text },
  { required: ["resource"], atomic: true },
);

const secretKeySelector: Schema = struct(
  { key: text, name: text, optional: bool },
  { required: ["key"], atomic: true },
);

const envVarSource: Schema = struct({
  configMapKeyRef: configMapKeySelector,
  fieldRef: objectFieldSelector,
  fileKeyRef: fileKeySelector,
  resourceFieldRef: resourceFieldSelector,
  secretKeyRef: secretKeySelector,
});

const envVar: Schema = struct(
  {
    name: about(text, "Name of the variable."),
    value: about(text, "Its value; $(NAME) means another variable."),
    valueFrom: about(envVarSource, "Where its value is taken from."),
  },
  { required: ["name"] },
);

const configMapEnvSource: Schema = struct({ name: text, optional: bool });

const secretEnvSource: Schema = struct({ name: text, optional: bool });

const envFromSource: Schema = struct({ configMapRef: configMapEnvSource, prefix: text, secretRef: secretEnvSource });

const execAction: Schema = struct({ command: listOf(text) });

const httpHeader: Schema = struct({ name: text, value: text }, { required: ["name", "value"] });

const httpGetAction: Schema = struct(
  { host: text, httpHeaders: listOf(httpHeader), path: or(text, "/"), port: intOrString, scheme: or(text, "HTTP") },
  { required: ["port"] },
);

const sleepAction: Schema = struct({ seconds: int64 }, { required: ["seconds"] });

const tcpSocketAction: Schema = struct({ host: text, port: intOrString }, { required: ["port"] });

const lifecycleHandler: Schema = struct({
  exec: execAction,
  httpGet: httpGetAction,
  sleep: sleepAction,
  tcpSocket: tcpSocketAction,
});

const lifecycle: Schema = struct({ postStart: lifecycleHandler, preStop: lifecycleHandler, stopSignal: text });

const grpcAction: Schema = struct({ port: int32, service: or(text, "") }, { required: ["port"] });

const probe: Schema = struct({
  exec: about(execAction, "Runs a command; status 0 is a success."),
  failureThreshold: about(or(int32, 3), "Failures in a row that count as one."),
  grpc: about(grpcAction, "Asks the gRPC health service."),
  httpGet: about(httpGetAction, "Asks by HTTP; 200 to 399 is a success."),
  initialDelaySeconds: about(int32, "Seconds before the first probe."),
  periodSeconds: about(or(int32, 10), "Seconds between probes."),
  successThreshold: about(or(int32, 1), "Successes in a row that count as one."),
  tcpSocket: about(tcpSocketAction, "Opens a connection."),
  terminationGracePeriodSeconds: int64,
  timeoutSeconds: about(or(int32, 1), "Seconds after which a probe has failed."),
});

const containerPort: Schema = struct(
  {
    containerPort: about(int32, "The port, 1 to 65535."),
    hostIP: text,
    hostPort: int32,
    name: about(text, "A name by which Services can mean it."),
    protocol: about(or(text, "TCP"), "TCP, UDP or SCTP."),
  },
  { required: ["containerPort"] },
);

const containerResizePolicy: Schema = struct(
  { resourceName: text, restartPolicy: text },
  { required: ["resourceName", "restartPolicy"] },
);

const resourceClaim: Schema = struct({ name: text, request: text }, { required: ["name"] });

export const resourceRequirements: Schema = struct({
  claims: listOf(resourceClaim, { keys: ["name"] }),
  limits: about(mapOf(quantity), "The most it may use."),
  requests: about(mapOf(quantity), "The least it needs."),
});

const containerRestartRuleOnExitCodes: Schema = struct(
  { operator: text, values: setOf(int32) },
  { required: ["operator"] },
);

const containerRestartRule: Schema = struct(
  { action: text, exitCodes: containerRestartRuleOnExitCodes },
  { required: ["action"] },
);

const appArmorProfile: Schema = struct({ localhostProfile: text, type: text }, { required: ["type"] });

const capabilities: Schema = struct({ add: listOf(text), drop: listOf(text) });

const seLinuxOptions: Schema = struct({ level: text, role: text, type: text, user: text });

const seccompProfile: Schema = struct({ localhostProfile: text, type: text }, { required: ["type"] });

const windowsSecurityContextOptions: Schema = struct({
  gmsaCredentialSpec: text,
  gmsaCredentialSpecName: text,
  hostProcess: bool,
  runAsUserName: text,
});

const securityContext: Schema = struct({
  allowPrivilegeEscalation: bool,
  appArmorProfile,
  capabilities,
  privileged: bool,
  procMount: text,
  readOnlyRootFilesystem: bool,
  runAsGroup: int64,
  runAsNonRoot: bool,
  runAsUser: int64,
  seLinuxOptions,
  seccompProfile,
  windowsOptions: windowsSecurityContextOptions,
});

const volumeDevice: Schema = struct({ devicePath: text, name: text }, { required: ["name", "devicePath"] });

const volumeMount: Schema = struct(
  {
    mountPath: text,
    mountPropagation: text,
    name: text,
    readOnly: bool,
    recursiveReadOnly: text,
    subPath: text,
    subPathExpr: text,
  },
  { required: ["name", "mountPath"] },
);

/** One container of a Pod. */
export const container: Schema = struct(
  {
    args: about(listOf(text), "Arguments, instead of the image's."),
    command: about(listOf(text), "What it runs instead of the image's entry point."),
    env: about(keyed(envVar, "name"), "Environment variables."),
    envFrom: about(listOf(envFromSource), "ConfigMaps and Secrets whose keys become environment variables."),
    image: about(text, "Its image."),
    imagePullPolicy: about(text, "Always, IfNotPresent or Never."),
    lifecycle: about(lifecycle, "What happens after its start and before its end."),
    livenessProbe: about(probe, "Whether it must be restarted."),
    name: about(text, "Its name, unique in the Pod."),
    ports: about(
      listOf(containerPort, { keys: ["containerPort", "protocol"], mergeKey: "containerPort" }),
      "Ports it listens on; for information.",
    ),
    readinessProbe: about(probe, "Whether it may receive traffic."),
    resizePolicy: listOf(containerResizePolicy),
    resources: about(or(resourceRequirements, {}), "What it needs and what it may use."),
    restartPolicy: text,
    restartPolicyRules: listOf(containerRestartRule),
    securityContext: about(securityContext, "Rights and limits of its processes."),
    startupProbe: about(probe, "Whether it has started; the other probes wait for it."),
    stdin: bool,
    stdinOnce: bool,
    terminationMessagePath: or(text, "/dev/termination-log"),
    terminationMessagePolicy: or(text, "File"),
    tty: bool,
    volumeDevices: keyed(volumeDevice, "devicePath"),
    volumeMounts: about(keyed(volumeMount, "mountPath"), "Where volumes are mounted."),
    workingDir: about(text, "Its working directory."),
  },
  { required: ["name"], description: "One container of a Pod." },
);

export const ephemeralContainer: Schema = struct(
  {
    args: listOf(text),
    command: listOf(text),
    env: keyed(envVar, "name"),
    envFrom: listOf(envFromSource),
    image: text,
    imagePullPolicy: text,
    lifecycle,
    livenessProbe: probe,
    name: text,
    ports: listOf(containerPort, { keys: ["containerPort", "protocol"], mergeKey: "containerPort" }),
    readinessProbe: probe,
    resizePolicy: listOf(containerResizePolicy),
    resources: or(resourceRequirements, {}),
    restartPolicy: text,
    restartPolicyRules: listOf(containerRestartRule),
    securityContext,
    startupProbe: probe,
    stdin: bool,
    stdinOnce: bool,
    targetContainerName: text,
    terminationMessagePath: or(text, "/dev/termination-log"),
    terminationMessagePolicy: or(text, "File"),
    tty: bool,
    volumeDevices: keyed(volumeDevice, "devicePath"),
    volumeMounts: keyed(volumeMount, "mountPath"),
    workingDir: text,
  },
  { required: ["name"] },
);

const sysctl: Schema = struct({ name: text, value: text }, { required: ["name", "value"] });

export const podSecurityContext: Schema = struct({
  appArmorProfile,
  fsGroup: int64,
  fsGroupChangePolicy: text,
  runAsGroup: int64,
  runAsNonRoot: bool,
  runAsUser: int64,
  seLinuxChangePolicy: text,
  seLinuxOptions,
  seccompProfile,
  supplementalGroups: listOf(int64),
  supplementalGroupsPolicy: text,
  sysctls: listOf(sysctl),
  windowsOptions: windowsSecurityContextOptions,
});

export const containerExtendedResourceRequest: Schema = struct(
  { containerName: text, requestName: text, resourceName: text },
  { required: ["containerName", "resourceName", "requestName"] },
);
