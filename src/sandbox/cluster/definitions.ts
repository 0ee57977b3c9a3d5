import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { PointsmanError, describeError } from "../../base/errors.js";
import { isArray } from "../../base/json.js";
import { fail } from "../../base/result.js";
import { parseJson } from "../../kube/status.js";
import type { Manifest } from "./manifests.js";
import { manifestsIn } from "./manifests.js";

/**
 * Reads the definitions of the kinds that every sandbox has, from the folder where the package keeps them: in each file a
 * JSON array of objects. They are written as YAML; the build turns them into what is read in no time.
 */
export async function readDefinitions(folder: string): Promise<readonly Manifest[]> {
  try {
    const names = (await readdir(folder)).filter((name) => name.endsWith(".json")).sort();
    if (names.length === 0) throw new Error(`${folder} holds none`);
    const texts = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
    return names.flatMap((name, index) => {
      const documents = parseJson(texts[index] ?? "");
      const read = isArray(documents) ? manifestsIn(name, documents) : fail([`${name}: this is no JSON array`]);
      if (read.ok) return read.value;
      throw new PointsmanError("PM_BUG", { problem: read.error.join("; ") });
    });
  } catch (thrown) {
    if (thrown instanceof PointsmanError) throw thrown;
    const problem = `the definitions of the sandbox's kinds cannot be read (${describeError(thrown)}); is the package complete?`;
    throw new PointsmanError("PM_USAGE", { problem });
  }
}
