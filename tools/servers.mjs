/**
 * Finds or builds the binaries of a real control plane: etcd, kube-apiserver, kube-controller-manager.
 *
 * `KUBEBUILDER_ASSETS` is honoured first. Otherwise they are built once per machine from the Go modules in
 * test/servers into a cache outside the checkout, keyed by those modules and the Go version.
 * On the command line it prints the folder on stdout and its progress on stderr.
 */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const programs = ["etcd", "kube-apiserver", "kube-controller-manager"];
const modules = join(dirname(fileURLToPath(import.meta.url)), "..", "test", "servers");
const versionVariable = "k8s.io/component-base/version";

/** A reason why there are no servers, in one line for the person at the terminal. */
export class ServersUnavailable extends Error {
  name = "ServersUnavailable";
}

/** The folder that holds the three programs; builds them when missing. Throws `ServersUnavailable`. */
export async function serverBinaries(say = (line) => console.error(line)) {
  const assets = process.env.KUBEBUILDER_ASSETS;
  if (assets !== undefined && assets !== "") return checkedAssets(assets);
  const folder = join(cacheRoot(), `servers-${cacheKey(goVersion())}`);
  if (missingIn(folder).length > 0) await build(folder, say);
  return folder;
}

function checkedAssets(folder) {
  const missing = missingIn(folder);
  if (missing.length === 0) return folder;
  throw new ServersUnavailable(
    `KUBEBUILDER_ASSETS=${folder} lacks ${missing.join(", ")}: add what is missing, or unset it to build the servers with Go`,
  );
}

function missingIn(folder) {
  return programs.filter((program) => !existsSync(join(folder, program)));
}

/** Where what is built once per machine is kept. */
export function cacheRoot() {
  const base = process.env.XDG_CACHE_HOME;
  return join(base !== undefined && base !== "" ? base : join(homedir(), ".cache"), "pointsman");
}

function goVersion() {
  // Asked in the module's folder: its go.mod may choose another toolchain than the one installed.
  const asked = spawnSync("go", ["env", "GOVERSION", "GOOS", "GOARCH"], {
    cwd: join(modules, "control-plane"),
    encoding: "utf8",
  });
  if (asked.error !== undefined)
    throw new ServersUnavailable(
      "no real control plane: Go is not installed (install Go 1.26 or newer, or set KUBEBUILDER_ASSETS)",
    );
  if (asked.status !== 0) throw new ServersUnavailable(`no real control plane: go env failed: ${asked.stderr.trim()}`);
  return asked.stdout.trim();
}

function cacheKey(go) {
  const hash = createHash("sha256").update(go);
  for (const module of ["control-plane", "etcd"]) {
    for (const file of ["go.mod", "go.sum"]) hash.update("\0").update(readFileSync(join(modules, module, file)));
  }
  return hash.digest("hex").slice(0, 16);
}

/** Version of Kubernetes in go.mod, "v1.36.3"; without it in the binary the server calls itself v0.0.0. */
function kubernetesVersion() {
  const text = readFileSync(join(modules, "control-plane", "go.mod"), "utf8");
  const found = /^\s*(?:require\s+)?k8s\.io\/kubernetes (v(\d+)\.(\d+)\.\S+)/m.exec(text);
  if (found === null) throw new ServersUnavailable("test/servers/control-plane/go.mod requires no k8s.io/kubernetes");
  return { git: found[1], major: found[2], minor: found[3] };
}

async function build(folder, say) {
  mkdirSync(dirname(folder), { recursive: true });
  const workshop = mkdtempSync(`${folder}.building-`);
  try {
    say(`building the control plane's servers into ${folder} (about 6 minutes the first time)`);
    const { git, major, minor } = kubernetesVersion();
    const stamp = [`gitVersion=${git}`, `gitMajor=${major}`, `gitMinor=${minor}`];
    const flags = stamp.map((text) => `-X ${versionVariable}.${text}`).join(" ");
    await goBuild("etcd", "-s -w", workshop, ["go.etcd.io/etcd/server/v3"], say);
    // A main package in a folder "v3" is built under its module's name.
    if (missingIn(workshop).includes("etcd")) renameSync(join(workshop, "server"), join(workshop, "etcd"));
    const commands = ["kube-apiserver", "kube-controller-manager"].map((name) => `k8s.io/kubernetes/cmd/${name}`);
    await goBuild("control-plane", `-s -w ${flags}`, workshop, commands, say);
    publish(workshop, folder);
  } finally {
    rmSync(workshop, { recursive: true, force: true });
  }
}

/** Two builds at once are harmless: the second finds the folder complete and drops its own. */
function publish(workshop, folder) {
  if (existsSync(folder) && missingIn(folder).length > 0) rmSync(folder, { recursive: true, force: true });
  try {
    renameSync(workshop, folder);
  } catch (error) {
    if (missingIn(folder).length > 0) throw error;
  }
}

/** Builds packages of the module test/servers/MODULE into a folder. Rejects with `ServersUnavailable`. */
export function goBuild(module, ldflags, output, packages, say) {
  const started = process.hrtime.bigint();
  const args = ["-n", "10", "go", "build", "-trimpath", "-buildvcs=false", "-ldflags", ldflags, "-o", `${output}/`];
  const go = spawn("nice", [...args, ...packages], {
    cwd: join(modules, module),
    env: { ...process.env, CGO_ENABLED: "0" },
    stdio: ["ignore", 2, 2],
  });
  return new Promise((resolve, reject) => {
    go.on("error", reject);
    go.on("exit", (code, signal) => {
      const seconds = Number((process.hrtime.bigint() - started) / 1_000_000_000n);
      if (code === 0) {
        say(`built ${module} in ${seconds} s`);
        resolve();
      } else reject(new ServersUnavailable(`go build of test/servers/${module} failed (${signal ?? `code ${code}`})`));
    });
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    console.log(await serverBinaries());
  } catch (error) {
    if (!(error instanceof ServersUnavailable)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
