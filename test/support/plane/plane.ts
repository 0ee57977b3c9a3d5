import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { systemClock } from "../../../src/base/clock.js";
import { stringAt } from "../../../src/base/json.js";
import { systemRandom } from "../../../src/base/random.js";
import type { Api } from "../../../src/kube/api.js";
import { createApi } from "../../../src/kube/client.js";
import { staticCredentials } from "../../../src/kube/credentials.js";
import { Transport } from "../../../src/kube/transport.js";
import type { Target } from "./adminClient.js";
import { AdminClient } from "./adminClient.js";
import { kubeconfigText } from "./credentialFiles.js";
import { crdFiles, ourDefinitions } from "./crds.js";
import type { PlaneInfo } from "./planeInfo.js";
import { readPlaneInfo } from "./planeInfo.js";
import type { PlaneOptions } from "./startPlane.js";

const namespaces = { group: "", version: "v1", resource: "namespaces" };
const serviceAccounts = { group: "", version: "v1", resource: "serviceaccounts" };

/** The control plane that all test files of a run share. Close it at the end of the file. */
export class Plane {
  /** The tests' own client, with all rights. */
  readonly admin: AdminClient;
  /** The product's client, with all rights. */
  readonly adminApi: Api;
  private readonly transport: Transport;

  constructor(readonly info: PlaneInfo) {
    this.admin = new AdminClient(info);
    this.transport = transportTo(info);
    this.adminApi = createApi(this.transport);
  }

  get url(): string {
    return this.info.url;
  }

  get kubeconfigPath(): string {
    return this.info.kubeconfigPath;
  }

  /** Creates a namespace whose name begins with `prefix` and is used by nobody else; returns its name. */
  async createNamespace(prefix = "test"): Promise<string> {
    const name = `${prefix}-${randomBytes(4).toString("hex")}`;
    await this.admin.create(namespaces, undefined, { apiVersion: "v1", kind: "Namespace", metadata: { name } });
    return name;
  }

  /** Creates the service account if it is not there and returns a token for it (TokenRequest), good for an hour. */
  async serviceAccountToken(namespace: string, name: string): Promise<string> {
    const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace } };
    await this.admin.apply(serviceAccounts, { namespace, name }, account);
    return this.tokenOf(namespace, name);
  }

  /** A token for a service account that is there, good for an hour. */
  async tokenOf(namespace: string, name: string): Promise<string> {
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`;
    const body = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: { expirationSeconds: 3600 } };
    const token = stringAt(await this.admin.success("POST", path, { body }), "status", "token");
    if (token === undefined) throw new Error(`${path} returned no token`);
    return token;
  }

  /** Writes a kubeconfig that uses the token, and returns its path. It goes with the plane. */
  async kubeconfigFor(token: string, namespace = "default"): Promise<string> {
    const path = join(this.info.folder, `${randomBytes(6).toString("hex")}.kubeconfig`);
    await writeFile(path, kubeconfigText({ url: this.info.url, ca: this.info.ca, token }, namespace), { mode: 0o600 });
    return path;
  }

  /** The tests' client in the name of a token's owner. */
  clientFor(token: string): AdminClient {
    return new AdminClient({ url: this.info.url, ca: this.info.ca, token });
  }

  /** Options for a plane of one's own with the same programs and CRDs. */
  ownPlaneOptions(): PlaneOptions {
    const files = crdFiles(ourDefinitions("."), process.env["POINTSMAN_TEST_CRDS"]);
    return { binaries: this.info.binaries, crdFiles: files };
  }

  close(): void {
    this.admin.close();
    this.transport.close();
  }
}

/** The plane of this run. */
export function plane(): Plane {
  const file = process.env["POINTSMAN_PLANE"];
  if (file === undefined) throw new Error("there is no plane: run this test with `npm run test:real`");
  return new Plane(readPlaneInfo(file));
}

/** A transport of the product to any API server that `target` describes, under a name of one's own. Close it. */
export function transportTo(target: Target, userAgent = "pointsman/test"): Transport {
  const { token } = target;
  const authorization = {
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    tls: {
      ca: target.ca,
      ...(target.certificate === undefined ? {} : { cert: target.certificate }),
      ...(target.privateKey === undefined ? {} : { key: target.privateKey }),
    },
  };
  return new Transport({
    credentials: staticCredentials(target.url, authorization),
    clock: systemClock,
    random: systemRandom,
    userAgent,
  });
}
