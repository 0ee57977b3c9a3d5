import { stringifyYaml } from "./http/yamlText.js";

/** How a client reaches the server. */
export interface Access {
  readonly url: string;
  readonly caCertificate: string;
  readonly token: string;
}

/** A kubeconfig with everything inline. */
export function kubeconfigText({ url, caCertificate, token }: Access): string {
  const name = "pointsman-sandbox";
  return stringifyYaml({
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name,
        cluster: { server: url, "certificate-authority-data": Buffer.from(caCertificate).toString("base64") },
      },
    ],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name, namespace: "default" } }],
    "current-context": name,
  });
}
