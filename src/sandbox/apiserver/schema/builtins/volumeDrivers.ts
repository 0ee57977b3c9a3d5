import type { Schema } from "../schema.js";
import { bool, int32, listOf, or, struct, text, texts } from "./notation.js";
import { localObjectReference } from "./references.js";

export const awsElasticBlockStoreVolumeSource: Schema = struct(
  { fsType: text, partition: int32, readOnly: bool, volumeID: text },
  { required: ["volumeID"] },
);

export const azureDiskVolumeSource: Schema = struct(
  {
    cachingMode: or(text, "ReadWrite"),
    diskName: text,
    diskURI: text,
    fsType: or(text, "ext4"),
    kind: or(text, "Shared"),
    readOnly: bool,
  },
  { required: ["diskName", "diskURI"] },
);

export const azureFileVolumeSource: Schema = struct(
  { readOnly: bool, secretName: text, shareName: text },
  { required: ["secretName", "shareName"] },
);

export const cephFSVolumeSource: Schema = struct(
  { monitors: listOf(text), path: text, readOnly: bool, secretFile: text, secretRef: localObjectReference, user: text },
  { required: ["monitors"] },
);

export const cinderVolumeSource: Schema = struct(
  { fsType: text, readOnly: bool, secretRef: localObjectReference, volumeID: text },
  { required: ["volumeID"] },
);

export const csiVolumeSource: Schema = struct(
  { driver: text, fsType: text, nodePublishSecretRef: localObjectReference, readOnly: bool, volumeAttributes: texts },
  { required: ["driver"] },
);

export const fcVolumeSource: Schema = struct({
  fsType: text,
  lun: int32,
  readOnly: bool,
  targetWWNs: listOf(text),
  wwids: listOf(text),
});

export const flexVolumeSource: Schema = struct(
  { driver: text, fsType: text, options: texts, readOnly: bool, secretRef: localObjectReference },
  { required: ["driver"] },
);

export const flockerVolumeSource: Schema = struct({ datasetName: text, datasetUUID: text });

export const gcePersistentDiskVolumeSource: Schema = struct(
  { fsType: text, partition: int32, pdName: text, readOnly: bool },
  { required: ["pdName"] },
);

export const gitRepoVolumeSource: Schema = struct(
  { directory: text, repository: text, revision: text },
  { required: ["repository"] },
);

export const glusterfsVolumeSource: Schema = struct(
  { endpoints: text, path: text, readOnly: bool },
  { required: ["endpoints", "path"] },
);

export const iscsiVolumeSource: Schema = struct(
  {
    chapAuthDiscovery: bool,
    chapAuthSession: bool,
    fsType: text,
    initiatorName: text,
    iqn: text,
    iscsiInterface: or(text, "default"),
    lun: int32,
    portals: listOf(text),
    readOnly: bool,
    secretRef: localObjectReference,
    targetPortal: text,
  },
  { required: ["targetPortal", "iqn", "lun"] },
);

export const nfsVolumeSource: Schema = struct(
  { path: text, readOnly: bool, server: text },
  { required: ["server", "path"] },
);

export const photonPersistentDiskVolumeSource: Schema = struct({ fsType: text, pdID: text }, { required: ["pdID"] });

export const portworxVolumeSource: Schema = struct(
  { fsType: text, readOnly: bool, volumeID: text },
  { required: ["volumeID"] },
);

export const quobyteVolumeSource: Schema = struct(
  { group: text, readOnly: bool, registry: text, tenant: text, user: text, volume: text },
  { required: ["registry", "volume"] },
);

export const rbdVolumeSource: Schema = struct(
  {
    fsType: text,
    image: text,
    keyring: or(text, "/etc/ceph/keyring"),
    monitors: listOf(text),
    pool: or(text, "rbd"),
    readOnly: bool,
    secretRef: localObjectReference,
    user: or(text, "admin"),
  },
  { required: ["monitors", "image"] },
);

export const scaleIOVolumeSource: Schema = struct(
  {
    fsType: or(text, "xfs"),
    gateway: text,
    protectionDomain: text,
    readOnly: bool,
    secretRef: localObjectReference,
    sslEnabled: bool,
    storageMode: or(text, "ThinProvisioned"),
    storagePool: text,
    system: text,
    volumeName: text,
  },
  { required: ["gateway", "system", "secretRef"] },
);

export const storageOSVolumeSource: Schema = struct({
  fsType: text,
  readOnly: bool,
  secretRef: localObjectReference,
  volumeName: text,
  volumeNamespace: text,
});

export const vsphereVirtualDiskVolumeSource: Schema = struct(
  { fsType: text, storagePolicyID: text, storagePolicyName: text, volumePath: text },
  { required: ["volumePath"] },
);
