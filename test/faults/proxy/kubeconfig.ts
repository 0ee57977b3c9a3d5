import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { Json } from "../../../src/base/json.js";
import { stringAt } from "../../../src/base/json.js";
import { kubeconfigText } from "../../support/plane/credentialFiles.js";
import type { FaultProxy } from "./faultProxy.js";

/** The token in a kubeconfig of the tests. */
export async function tokenIn(kubeconfig: string): Promise<string> {
  const token = stringAt(JSON.parse(await readFile(kubeconfig, "utf8")) as Json, "users", 0, "user", "token");
  if (token === undefined) throw new Error(`${kubeconfig}: the user has no token`);
  return token;
}

/** Writes a kubeconfig into `folder` that leads the owner of another one through the proxy; returns its path. */
export async function kubeconfigThrough(proxy: FaultProxy, kubeconfig: string, folder: string): Promise<string> {
  const text = kubeconfigText({ url: proxy.url, ca: proxy.ca, token: await tokenIn(kubeconfig) });
  return writeNew(folder, text);
}

/** Files that a kubeconfig names, so that what they hold can be rotated while it is in use. */
export interface RotatingCredentials {
  readonly kubeconfig: string;
  setToken(token: string): Promise<void>;
  setCa(pem: string): Promise<void>;
}

/** The same with the token and the CA in files of their own. */
export async function rotatingCredentials(
  proxy: FaultProxy,
  token: string,
  folder: string,
): Promise<RotatingCredentials> {
  const tokenFile = await writeNew(folder, token);
  const caFile = await writeNew(folder, proxy.ca);
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "proxy", cluster: { server: proxy.url, "certificate-authority": caFile } }],
    users: [{ name: "proxy", user: { tokenFile } }],
    contexts: [{ name: "proxy", context: { cluster: "proxy", user: "proxy" } }],
    "current-context": "proxy",
  };
  return {
    kubeconfig: await writeNew(folder, JSON.stringify(config)),
    setToken: (text) => writeFile(tokenFile, text),
    setCa: (pem) => writeFile(caFile, pem),
  };
}

async function writeNew(folder: string, text: string): Promise<string> {
  const path = join(folder, `fault-proxy-${randomBytes(6).toString("hex")}`);
  await writeFile(path, text, { mode: 0o600 });
  return path;
}
