import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { isRecord } from "../../../src/stats/json.js";
import { Tally } from "./tally.js";

/** How far a cell has come. */
export interface Progress {
  /** Repetitions done; the next is the one of this number. */
  readonly done: number;
  readonly tallies: Record<string, Tally>;
}

/** Keeps what cells have come to, so that an interrupted run goes on where it was. */
export interface Store {
  load(cell: string): Promise<Progress | undefined>;
  save(cell: string, progress: Progress): Promise<void>;
}

/** Keeps nothing. */
export const noStore: Store = { load: () => Promise.resolve(undefined), save: () => Promise.resolve() };

/**
 * One file per cell in a folder. A file of another seed or another program is no progress: mixed figures would be those of
 * neither. Written beside and renamed, so that no interruption leaves half a file.
 */
export function folderStore(folder: string, identity: { readonly seed: number; readonly program: string }): Store {
  const path = (cell: string): string => join(folder, `${cell}.json`);
  return {
    load: async (cell) => {
      const text = await readFile(path(cell), "utf8").catch(() => undefined);
      return text === undefined ? undefined : progressOf(text, identity);
    },
    save: async (cell, { done, tallies }) => {
      const target = path(cell);
      await mkdir(dirname(target), { recursive: true });
      await writeFile(`${target}.new`, JSON.stringify({ ...identity, done, tallies }));
      await rename(`${target}.new`, target);
    },
  };
}

function progressOf(text: string, identity: Readonly<Record<string, unknown>>): Progress | undefined {
  let saved: unknown;
  try {
    saved = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(saved) || Object.entries(identity).some(([name, value]) => saved[name] !== value)) return undefined;
  const { done, tallies } = saved;
  if (typeof done !== "number" || !isRecord(tallies)) return undefined;
  return {
    done,
    tallies: Object.fromEntries(Object.entries(tallies).map(([name, json]) => [name, Tally.fromJSON(json)])),
  };
}
