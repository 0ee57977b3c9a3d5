/**
 * Finds or fetches Prometheus and promtool, for the tests of alerts and dashboard.
 *
 * `POINTSMAN_PROMETHEUS` names a folder with both and is honoured first, then PATH. Otherwise Debian's package is
 * downloaded and unpacked, once per machine, into a cache outside the checkout; nothing is installed.
 * On the command line it prints the folder on stdout and its progress on stderr.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { ServersUnavailable, cacheRoot } from "./servers.mjs";

const programs = ["prometheus", "promtool"];
const remedy = "install prometheus 2.42 or newer, or set POINTSMAN_PROMETHEUS to a folder with prometheus and promtool";

/** The folder that holds both programs; fetches them when missing. Throws `ServersUnavailable`. */
export function prometheusPrograms(say = (line) => console.error(line)) {
  const given = process.env.POINTSMAN_PROMETHEUS;
  if (given !== undefined && given !== "") {
    if (isComplete(given)) return given;
    throw new ServersUnavailable(`POINTSMAN_PROMETHEUS=${given} lacks prometheus or promtool`);
  }
  const onPath = (process.env.PATH ?? "").split(delimiter).find((folder) => folder !== "" && isComplete(folder));
  if (onPath !== undefined) return onPath;
  const folder = join(cacheRoot(), "prometheus");
  if (!isComplete(folder)) fetchPackage(folder, say);
  return folder;
}

function isComplete(folder) {
  return programs.every((program) => existsSync(join(folder, program)));
}

function fetchPackage(folder, say) {
  mkdirSync(dirname(folder), { recursive: true });
  const workshop = mkdtempSync(`${folder}.fetching-`);
  try {
    say(`fetching Debian's package of Prometheus into ${folder}`);
    run("apt-get", ["--quiet", "download", "prometheus"], workshop);
    const file = readdirSync(workshop).find((name) => name.endsWith(".deb"));
    if (file === undefined) throw new ServersUnavailable(`no Prometheus: apt-get downloaded nothing (${remedy})`);
    run("dpkg", ["-x", file, "content"], workshop);
    publish(join(workshop, "content", "usr", "bin"), folder);
  } finally {
    rmSync(workshop, { recursive: true, force: true });
  }
}

/** Two at once are harmless: the second finds the folder complete and drops its own. */
function publish(fetched, folder) {
  if (!isComplete(folder)) rmSync(folder, { recursive: true, force: true });
  try {
    renameSync(fetched, folder);
  } catch (error) {
    if (!isComplete(folder)) throw error;
  }
}

function run(program, args, cwd) {
  const done = spawnSync(program, args, { cwd, encoding: "utf8" });
  const problem = done.error?.message ?? (done.status === 0 ? undefined : done.stderr.trim());
  if (problem !== undefined)
    throw new ServersUnavailable(`no Prometheus: ${program} ${args.join(" ")} failed: ${problem} (${remedy})`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    console.log(prometheusPrograms());
  } catch (error) {
    if (!(error instanceof ServersUnavailable)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
