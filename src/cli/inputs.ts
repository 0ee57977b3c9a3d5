import { readFile } from "node:fs/promises";

import { describeError, PointsmanError } from "../base/errors.js";
import type { ControllerConfig } from "../config/config.js";
import { defaultConfig } from "../config/defaults.js";
import { loadConfig } from "../config/load.js";
import type { Io } from "./command.js";
import { placed } from "./placed.js";

/** The configuration of --config, else the default one; undefined after saying what is wrong with the file. */
export async function readConfig(file: string | undefined, io: Io): Promise<ControllerConfig | undefined> {
  if (file === undefined) return defaultConfig();
  const loaded = await loadConfig(file);
  if (loaded.ok) return loaded.value;
  for (const problem of loaded.error) io.stderr.write(placed(file, problem));
  return undefined;
}

/** The text of a file, or of standard input for "-". Throws a PointsmanError (PM_USAGE) where it cannot be read. */
export async function readText(file: string, readInput: () => Promise<string>): Promise<string> {
  try {
    return file === "-" ? await readInput() : await readFile(file, "utf8");
  } catch (error) {
    throw new PointsmanError("PM_USAGE", { problem: `cannot read ${file}: ${describeError(error)}` }, { cause: error });
  }
}
