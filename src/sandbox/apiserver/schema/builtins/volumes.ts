import type { Schema } from "../schema.js";
import { objectMetaSchema } from "../objectMeta.js";
import { objectFieldSelector, resourceFieldSelector } from "./containers.js";
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
  struct,
  text,
  texts,
  time,
} from "./notation.js";
import { labelSelector } from "./selectors.js";
import {
  awsElasticBlockStoreVolumeSource,
  azureDiskVolumeSource,
  azureFileVolumeSource,
  cephFSVolumeSource,
  cinderVolumeSource,
  csiVolumeSource,
  fcVolumeSource,
  flexVolumeSource,
  flockerVolumeSource,
  gcePersistentDiskVolumeSource,
  gitRepoVolumeSource,
  glusterfsVolumeSource,
  iscsiVolumeSource,
  nfsVolumeSource,
  photonPersistentDiskVolumeSource,
  portworxVolumeSource,
  quobyteVolumeSource,
  rbdVolumeSource,
  scaleIOVolumeSource,
  storageOSVolumeSource,
  vsphereVirtualDiskVolumeSource,
} from "./volumeDrivers.js";

const keyToPath: Schema = struct({ key: text, mode: int32, path: text }, { required: ["key", "path"] });

const configMapVolumeSource: Schema = struct({
  defaultMode: or(int32, 420),
  items: listOf(keyToPath),
  name: text,
  optional: bool,
});

const downwardAPIVolumeFile: Schema = struct(
  { fieldRef: objectFieldSelector, mode: int32, path: text, resourceFieldRef: resourceFieldSelector },
  { required: ["path"] },
);

const downwardAPIVolumeSource: Schema = struct({ defaultMode: or(int32, 420), items: listOf(downwardAPIVolumeFile) });

const emptyDirVolumeSource: Schema = struct({ medium: text, sizeLimit: quantity });

const typedLocalObjectReference: Schema = struct(
  { apiGroup: text, kind: text, name: text },
  { required: ["kind", "name"], atomic: true },
);

const typedObjectReference: Schema = struct(
  { apiGroup: text, kind: text, name: text, namespace: text },
  { required: ["kind", "name"] },
);

const volumeResourceRequirements: Schema = struct({ limits: mapOf(quantity), requests: mapOf(quantity) });

const persistentVolumeClaimSpec: Schema = struct({
  accessModes: listOf(text),
  dataSource: typedLocalObjectReference,
  dataSourceRef: typedObjectReference,
  resources: or(volumeResourceRequirements, {}),
  selector: labelSelector,
  storageClassName: text,
  volumeAttributesClassName: text,
  volumeMode: or(text, "Filesystem"),
  volumeName: text,
});

const persistentVolumeClaimTemplate: Schema = struct(
  { metadata: or(objectMetaSchema, {}), spec: or(persistentVolumeClaimSpec, {}) },
  { required: ["spec"] },
);

const ephemeralVolumeSource: Schema = struct({ volumeClaimTemplate: persistentVolumeClaimTemplate });

const hostPathVolumeSource: Schema = struct({ path: text, type: or(text, "") }, { required: ["path"] });

const imageVolumeSource: Schema = struct({ pullPolicy: text, reference: text });

const persistentVolumeClaimVolumeSource: Schema = struct(
  { claimName: text, readOnly: bool },
  { required: ["claimName"] },
);

const clusterTrustBundleProjection: Schema = struct(
  { labelSelector, name: text, optional: bool, path: text, signerName: text },
  { required: ["path"] },
);

const configMapProjection: Schema = struct({ items: listOf(keyToPath), name: text, optional: bool });

const downwardAPIProjection: Schema = struct({ items: listOf(downwardAPIVolumeFile) });

const podCertificateProjection: Schema = struct(
  {
    certificateChainPath: text,
    credentialBundlePath: text,
    keyPath: text,
    keyType: text,
    maxExpirationSeconds: int32,
    signerName: text,
    userAnnotations: texts,
  },
  { required: ["signerName", "keyType"] },
);

const secretProjection: Schema = struct({ items: listOf(keyToPath), name: text, optional: bool });

const serviceAccountTokenProjection: Schema = struct(
  { audience: text, expirationSeconds: or(int64, 3600), path: text },
  { required: ["path"] },
);

const volumeProjection: Schema = struct({
  clusterTrustBundle: clusterTrustBundleProjection,
  configMap: configMapProjection,
  downwardAPI: downwardAPIProjection,
  podCertificate: podCertificateProjection,
  secret: secretProjection,
  serviceAccountToken: serviceAccountTokenProjection,
});

const projectedVolumeSource: Schema = struct({ defaultMode: or(int32, 420), sources: listOf(volumeProjection) });

const secretVolumeSource: Schema = struct({
  defaultMode: or(int32, 420),
  items: listOf(keyToPath),
  optional: bool,
  secretName: text,
});

export const volume: Schema = struct(
  {
    awsElasticBlockStore: awsElasticBlockStoreVolumeSource,
    azureDisk: azureDiskVolumeSource,
    azureFile: azureFileVolumeSource,
    cephfs: cephFSVolumeSource,
    cinder: cinderVolumeSource,
    configMap: configMapVolumeSource,
    csi: csiVolumeSource,
    downwardAPI: downwardAPIVolumeSource,
    emptyDir: emptyDirVolumeSource,
    ephemeral: ephemeralVolumeSource,
    fc: fcVolumeSource,
    flexVolume: flexVolumeSource,
    flocker: flockerVolumeSource,
    gcePersistentDisk: gcePersistentDiskVolumeSource,
    gitRepo: gitRepoVolumeSource,
    glusterfs: glusterfsVolumeSource,
    hostPath: hostPathVolumeSource,
    image: imageVolumeSource,
    iscsi: iscsiVolumeSource,
    name: about(text, "Its name, unique in the Pod."),
    nfs: nfsVolumeSource,
    persistentVolumeClaim: persistentVolumeClaimVolumeSource,
    photonPersistentDisk: photonPersistentDiskVolumeSource,
    portworxVolume: portworxVolumeSource,
    projected: projectedVolumeSource,
    quobyte: quobyteVolumeSource,
    rbd: rbdVolumeSource,
    scaleIO: scaleIOVolumeSource,
    secret: secretVolumeSource,
    storageos: storageOSVolumeSource,
    vsphereVolume: vsphereVirtualDiskVolumeSource,
  },
  { required: ["name"] },
);

const persistentVolumeClaimCondition: Schema = struct(
  { lastProbeTime: time, lastTransitionTime: time, message: text, reason: text, status: text, type: text },
  { required: ["type", "status"] },
);

const modifyVolumeStatus: Schema = struct(
  { status: text, targetVolumeAttributesClassName: text },
  { required: ["status"] },
);

const persistentVolumeClaimStatus: Schema = struct({
  accessModes: listOf(text),
  allocatedResourceStatuses: texts,
  allocatedResources: mapOf(quantity),
  capacity: mapOf(quantity),
  conditions: keyed(persistentVolumeClaimCondition, "type"),
  currentVolumeAttributesClassName: text,
  modifyVolumeStatus,
  phase: text,
});

export const persistentVolumeClaim: Schema = struct({
  apiVersion: text,
  kind: text,
  metadata: or(objectMetaSchema, {}),
  spec: or(persistentVolumeClaimSpec, {}),
  status: or(persistentVolumeClaimStatus, {}),
});
