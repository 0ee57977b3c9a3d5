import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { main } from "../../src/cli/main.js";
import { statsCommand } from "../../src/cli/stats.js";
import { captured } from "./captured.js";

/** What a run of `pointsman stats …` printed; `err` by lines. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: readonly string[];
}

/** Runs `pointsman stats …` with `input` on standard input. */
export async function stats(words: readonly string[], input = ""): Promise<Ran> {
  const { io, out, err } = captured();
  const code = await main(["stats", ...words], io, [statsCommand(() => Promise.resolve(input))]);
  return {
    code,
    out: out(),
    err: err()
      .split("\n")
      .filter((line) => line !== ""),
  };
}

/** The JSON answer of a run that went well. */
export async function statsJson(words: readonly string[], input = ""): Promise<unknown> {
  const { code, out, err } = await stats([...words, "-o", "json"], input);
  if (code !== 0) throw new Error(err.join("\n"));
  return JSON.parse(out);
}

/** Hands a file with this text to `use`, and takes it away again. */
export async function withFile<T>(name: string, text: string, use: (file: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "pointsman-stats-"));
  try {
    await writeFile(join(folder, name), text);
    return await use(join(folder, name));
  } finally {
    await rm(folder, { recursive: true });
  }
}
