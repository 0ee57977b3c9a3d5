import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

import { PointsmanError, describeError } from "../../base/errors.js";

/** Every kubeconfig of a sandbox begins with this line, by which it is known as one that may be replaced. */
const firstLine = "# The kubeconfig of a Pointsman sandbox, which has ended if nothing answers.";

/** Writes a sandbox's kubeconfig, readable for its user alone. A file that is not one of ours is never overwritten. */
export async function writeKubeconfig(file: string, text: string): Promise<void> {
  const before = await readFile(file, "utf8").catch(() => undefined);
  if (before !== undefined && !before.startsWith(firstLine)) {
    const problem = `${file} is there already and no kubeconfig of a sandbox; choose another file`;
    throw new PointsmanError("PM_USAGE", { problem });
  }
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, `${firstLine}\n${text}`, { mode: 0o600 });
  } catch (thrown) {
    throw new PointsmanError("PM_USAGE", { problem: `cannot write ${file}: ${describeError(thrown)}` });
  }
}

/** Takes a sandbox's kubeconfig away, unless the file has become something else. */
export async function removeKubeconfig(file: string): Promise<void> {
  const text = await readFile(file, "utf8").catch(() => "");
  if (text.startsWith(firstLine)) await rm(file, { force: true });
}
