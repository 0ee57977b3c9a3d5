import { generateKeyPairSync } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { createAuthority } from "../../../src/sandbox/certificates.js";
import type { Target } from "./adminClient.js";

const validity = { from: Date.UTC(2020, 0, 1), to: Date.UTC(2049, 11, 31) };

/** Files of a plane's folder, by what they hold. */
export const fileNames = {
  ca: "ca.crt",
  serverCertificate: "server.crt",
  serverKey: "server.key",
  serviceAccountKey: "sa.key",
  serviceAccountPublicKey: "sa.pub",
  kubeconfig: "admin.kubeconfig",
} as const;

/** The administrator's credentials. */
export type AdminCredentials = Required<Pick<Target, "ca" | "certificate" | "privateKey">>;

/** Makes an authority, the server's certificate and the service account key, writes them, and returns the administrator's. */
export function writeCredentials(folder: string): AdminCredentials {
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text, { mode: 0o600 });
  const authority = createAuthority("pointsman-test-ca", validity);
  const server = authority.issue({
    commonName: "kube-apiserver",
    usage: "server",
    hosts: ["127.0.0.1", "localhost", "kubernetes.default.svc", "10.0.0.1"],
  });
  const admin = authority.issue({ commonName: "admin", organizations: ["system:masters"], usage: "client" });
  write(fileNames.ca, authority.certificate);
  write(fileNames.serverCertificate, server.certificate);
  write(fileNames.serverKey, server.privateKey);
  const accounts = generateKeyPairSync("rsa", { modulusLength: 2048 });
  write(fileNames.serviceAccountKey, accounts.privateKey.export({ type: "pkcs1", format: "pem" }).toString());
  write(fileNames.serviceAccountPublicKey, accounts.publicKey.export({ type: "spki", format: "pem" }).toString());
  return { ca: authority.certificate, ...admin };
}

/** A kubeconfig (JSON, which is YAML) for `target`, with everything inline. */
export function kubeconfigText(target: Target, namespace = "default"): string {
  const base64 = (text: string | undefined): string | undefined =>
    text === undefined ? undefined : Buffer.from(text).toString("base64");
  const user = {
    "client-certificate-data": base64(target.certificate),
    "client-key-data": base64(target.privateKey),
    token: target.token,
  };
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "test", cluster: { server: target.url, "certificate-authority-data": base64(target.ca) } }],
    users: [{ name: "test", user }],
    contexts: [{ name: "test", context: { cluster: "test", user: "test", namespace } }],
    "current-context": "test",
  };
  return `${JSON.stringify(config, undefined, 2)}\n`;
}
