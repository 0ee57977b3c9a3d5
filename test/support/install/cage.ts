import { rm } from "node:fs/promises";

import { stringAt } from "../../../src/base/json.js";
import type { Plane } from "../plane/plane.js";
import { waitFor } from "../plane/waitFor.js";
import { applyManifest } from "./apply.js";
import { writeOverlay } from "./overlay.js";
import { ofKind, render } from "./render.js";

const configMaps = { group: "", version: "v1", resource: "configmaps" };

/** Puts the account of an installation by Roles in `namespace` into its cage, and waits until that is in force. */
export async function cage(plane: Plane, namespace: string): Promise<void> {
  const inner = await writeOverlay({ base: "namespace", over: { namespace } });
  const outer = await writeOverlay({ base: inner, components: ["deletion-guard"] });
  try {
    const policies = ofKind(
      await render(outer),
      "ValidatingAdmissionPolicy",
      "ValidatingAdmissionPolicyBinding",
    ).filter(({ metadata }) => stringAt(metadata, "name") === `pointsman-cage.${namespace}`);
    if (policies.length !== 2) throw new Error(`the component has no cage for ${namespace}`);
    for (const policy of policies) await applyManifest(plane.admin, policy);
  } finally {
    await Promise.all([inner, outer].map((folder) => rm(folder, { recursive: true, force: true })));
  }
  await untilCaged(plane, namespace, "pointsman");
}

/** Waits until the account of this name may not relabel a ConfigMap that its roles let it patch. */
export async function untilCaged(plane: Plane, namespace: string, account: string, where = namespace): Promise<void> {
  const client = plane.clientFor(await plane.tokenOf(namespace, account));
  const name = "cage-trial";
  const trial = { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: where } };
  await plane.admin.apply(configMaps, { namespace: where, name }, trial);
  const path = `/api/v1/namespaces/${where}/configmaps/${name}?dryRun=All`;
  const body = { metadata: { labels: { colour: "red" } } };
  const refused = async (): Promise<boolean> => {
    const reply = await client.request("PATCH", path, { body, contentType: "application/merge-patch+json" });
    return (stringAt(reply.body, "message") ?? "").includes("may change neither labels");
  };
  try {
    await waitFor(refused, { describe: `the cage of ${namespace}/${account}`, timeoutMs: 30_000 });
  } finally {
    client.close();
    await plane.admin.delete(configMaps, { namespace: where, name });
  }
}
