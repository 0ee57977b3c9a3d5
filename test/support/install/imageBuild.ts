import { execFile } from "node:child_process";
import { chmod, cp, mkdir, mkdtemp, readFile, realpath, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

import type { Stage } from "./dockerfile.js";
import { last, letsThrough, stagesOf, wordsOf } from "./dockerfile.js";

const run = promisify(execFile);

/** What a build without containers left: the last stage's files in a folder, and how its program is started. */
export interface BuiltImage {
  /** Stands for the root of the image's file system, without what its base brings. */
  readonly root: string;
  /** The last stage; its ENTRYPOINT, USER and so on. */
  readonly stage: Stage;
  readonly entrypoint: readonly string[];
  remove(): Promise<void>;
}

/**
 * Does what the Dockerfile says, RUN by RUN and COPY by COPY, in folders of this machine and with this machine's Node.
 * The build context is a clean copy of the work tree without what Git or .dockerignore leave out.
 */
export async function buildImage(): Promise<BuiltImage> {
  const folder = await mkdtemp(join(await realpath(tmpdir()), "pointsman-image-"));
  await chmod(folder, 0o755);
  const context = join(folder, "context");
  await copyContext(context);
  const stages = stagesOf(await readFile("Dockerfile", "utf8"));
  const rootOf = (index: number): string => join(folder, `stage-${index}`);
  for (const [index, stage] of stages.entries()) {
    await mkdir(rootOf(index), { recursive: true });
    const from = (name: string): string => rootOf(stages.findIndex((other) => other.name === name));
    await buildStage(stage, { root: rootOf(index), context, from });
  }
  const stage = stages.at(-1);
  if (stage === undefined) throw new Error("the Dockerfile has no stage");
  const entrypoint = wordsOf(last(stage, "ENTRYPOINT") ?? "[]");
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  return { root: rootOf(stages.length - 1), stage, entrypoint, remove };
}

async function copyContext(target: string): Promise<void> {
  const { stdout } = await run("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    maxBuffer: 1 << 24,
  });
  const ignore = await readFile(".dockerignore", "utf8");
  const listed = stdout.split("\0").filter((path) => path !== "" && letsThrough(ignore, path));
  for (const path of listed) {
    // A file that was removed but not committed yet is still listed.
    if ((await stat(path).catch(() => undefined)) === undefined) continue;
    await mkdir(dirname(join(target, path)), { recursive: true });
    await cp(path, join(target, path));
  }
}

interface Building {
  readonly root: string;
  readonly context: string;
  /** The root of another stage. */
  readonly from: (name: string) => string;
}

async function buildStage(stage: Stage, building: Building): Promise<void> {
  let directory = building.root;
  for (const { name, text } of stage.instructions) {
    switch (name) {
      case "WORKDIR":
        directory = join(building.root, text);
        await mkdir(directory, { recursive: true });
        break;
      case "COPY":
        await copy(text.split(/\s+/), directory, building);
        break;
      case "RUN":
        await run("sh", ["-c", text], { cwd: directory, timeout: 240_000, maxBuffer: 1 << 24, env: buildEnv() });
        break;
    }
  }
}

/** A container inherits nothing; npm must find its cache and its registry all the same. */
function buildEnv(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) =>
    /^(PATH|HOME|npm_config_.*|.*_proxy|SSL_.*|NODE_EXTRA_CA_CERTS)$/i.test(name),
  );
  return Object.fromEntries(kept);
}

async function copy(words: readonly string[], directory: string, { root, context, from }: Building): Promise<void> {
  const stage = words.find((word) => word.startsWith("--from="))?.slice("--from=".length);
  const paths = words.filter((word) => !word.startsWith("--"));
  const target = paths.at(-1) ?? "";
  const source = stage === undefined ? context : from(stage);
  const destination = target.startsWith("/") ? join(root, target) : join(directory, target);
  for (const path of paths.slice(0, -1)) {
    const origin = join(source, path);
    // As Docker does it: of a folder its content, a file into a folder whose path ends in a slash.
    const isFolder = (await stat(origin)).isDirectory();
    const place = !isFolder && target.endsWith("/") ? join(destination, path.split("/").at(-1) ?? "") : destination;
    await mkdir(isFolder ? place : dirname(place), { recursive: true });
    await cp(origin, place, { recursive: true });
  }
}
