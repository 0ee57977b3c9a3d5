import { mkdtemp, realpath, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";

import type { JsonObject } from "../../../src/base/json.js";

/** What a kustomization of a user's own adds to one of the shipped overlays. */
export interface Overlay {
  /** Folder in kustomize/overlays, or an absolute path of another kustomization. */
  readonly base: string;
  /** Folders in kustomize/components. */
  readonly components?: readonly string[];
  /** Other members of the kustomization: namespace, namePrefix, patches. */
  readonly over?: JsonObject;
}

/** Writes a kustomization into a new temporary folder, as a user would, and returns its path. */
export async function writeOverlay({ base, components = [], over = {} }: Overlay): Promise<string> {
  const folder = await mkdtemp(join(await realpath(tmpdir()), "pointsman-overlay-"));
  // kustomize takes no absolute paths.
  const content = {
    ...over,
    resources: [relative(folder, resolve("kustomize/overlays", base))],
    components: components.map((name) => relative(folder, resolve("kustomize/components", name))),
  };
  await writeFile(join(folder, "kustomization.yaml"), JSON.stringify(content));
  return folder;
}
