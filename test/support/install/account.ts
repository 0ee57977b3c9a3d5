import { readFile } from "node:fs/promises";
import { join } from "node:path";

import type { JsonObject } from "../../../src/base/json.js";
import { arrayAt, stringAt } from "../../../src/base/json.js";
import type { AdminClient } from "../plane/adminClient.js";
import type { Plane } from "../plane/plane.js";
import { waitFor } from "../plane/waitFor.js";
import { applyManifest } from "./apply.js";
import type { Manifest } from "./render.js";
import { manifestsIn, ofKind } from "./render.js";
import { isAllowed, rightsOf } from "./rules.js";

/** The file in a plane's folder with the overlay `namespace` as the setup rendered it. */
export const renderedFile = "kustomize-namespace.yaml";

/** The label by which rights on a kind of one's own reach the controller. */
export const aggregationLabel = "pointsman.dev/aggregate-to-controller";

/** The name of the shipped ServiceAccount. */
export const accountName = "pointsman";

const customKinds = "pointsman-custom-kinds";
const rbac = "rbac.authorization.k8s.io";

/** The shipped ServiceAccount in a namespace of its own, with the rights of the overlay `namespace` and no others. */
export class InstalledAccount {
  private constructor(
    private readonly plane: Plane,
    readonly namespace: string,
    private readonly token: string,
    /** Credentials for the program. */
    readonly kubeconfig: string,
  ) {}

  /** Installs account and roles as an administrator would, and waits until the API server goes by them. */
  static async install(plane: Plane, namespace: string): Promise<InstalledAccount> {
    const rendered = manifestsIn(await readFile(join(plane.info.folder, renderedFile), "utf8"));
    const roles = ofKind(rendered, "Role");
    const objects = [...ofKind(rendered, "ServiceAccount", "RoleBinding"), ...roles, customKindsBinding()];
    await Promise.all(objects.map((manifest) => applyManifest(plane.admin, moved(manifest, namespace), namespace)));
    const token = await plane.tokenOf(namespace, accountName);
    const account = new InstalledAccount(plane, namespace, token, await plane.kubeconfigFor(token, namespace));
    await account.untilMay(namespace, rightsOf(roles.flatMap((role) => arrayAt(role, "rules"))));
    return account;
  }

  /** Gives rights on a kind of the user's own as docs/install.md says: by a ClusterRole with the aggregation label. */
  async allow(kind: { readonly group: string; readonly resource: string }, verbs: readonly string[]): Promise<void> {
    const rules = [{ apiGroups: [kind.group], resources: [kind.resource], verbs: [...verbs] }];
    await applyManifest(this.plane.admin, {
      apiVersion: `${rbac}/v1`,
      kind: "ClusterRole",
      metadata: { name: `${this.namespace}:${kind.resource}.${kind.group}`, labels: { [aggregationLabel]: "true" } },
      rules,
    });
    await this.untilMay(this.namespace, rightsOf(rules));
  }

  /** Lets the account see the ConfigMaps of another namespace, for route templates that are shared from there. */
  async allowTemplatesOf(namespace: string): Promise<void> {
    const metadata = { name: `templates-for-${this.namespace}` };
    const rules = [{ apiGroups: [""], resources: ["configmaps"], verbs: ["list", "watch"] }];
    const subjects = [{ kind: "ServiceAccount", name: accountName, namespace: this.namespace }];
    const roleRef = { apiGroup: rbac, kind: "Role", name: metadata.name };
    const apiVersion = `${rbac}/v1`;
    await applyManifest(this.plane.admin, { apiVersion, kind: "Role", metadata, rules }, namespace);
    await applyManifest(this.plane.admin, { apiVersion, kind: "RoleBinding", metadata, roleRef, subjects }, namespace);
    await this.untilMay(namespace, rightsOf(rules));
  }

  /** Waits until the API server says that the account has these rights in a namespace. */
  private async untilMay(namespace: string, wanted: ReadonlySet<string>): Promise<void> {
    const client = this.plane.clientFor(this.token);
    try {
      await waitFor(async () => isCovered(wanted, await rightsIn(client, namespace)), {
        describe: `the ServiceAccount of ${this.namespace} to have its rights in ${namespace}`,
      });
    } finally {
      client.close();
    }
  }
}

function isCovered(wanted: ReadonlySet<string>, given: ReadonlySet<string>): boolean {
  return [...wanted].every((right) => isAllowed(right, given));
}

async function rightsIn(client: AdminClient, namespace: string): Promise<ReadonlySet<string>> {
  const body = { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectRulesReview", spec: { namespace } };
  const review = await client.success("POST", "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", { body });
  return rightsOf(arrayAt(review, "status", "resourceRules"));
}

/** What an administrator adds to an installation by Roles, so that kinds of the user's own can be allowed. */
function customKindsBinding(): Manifest {
  return {
    apiVersion: `${rbac}/v1`,
    kind: "RoleBinding",
    metadata: { name: customKinds },
    roleRef: { apiGroup: rbac, kind: "ClusterRole", name: customKinds },
    subjects: [{ kind: "ServiceAccount", name: accountName }],
  };
}

/** The manifest for another namespace, subjects included. */
function moved(manifest: Manifest, namespace: string): Manifest {
  if (manifest.kind !== "RoleBinding") return manifest;
  const subjects = arrayAt(manifest, "subjects").map((subject): JsonObject => {
    const name = stringAt(subject, "name") ?? "";
    return { kind: "ServiceAccount", name, namespace };
  });
  return { ...manifest, subjects };
}
