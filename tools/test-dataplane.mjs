/**
 * Runs the tests on a real data plane, Contour and Envoy, in a network namespace where every address 10.1.x.y is this
 * machine's own, so that each Pod has one. Arguments are passed on to jest. POINTSMAN_DELETES: deletes of each case.
 */
import { spawn, spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { dataPlaneBinaries } from "./dataplane.mjs";
import { ServersUnavailable, serverBinaries } from "./servers.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const addresses = 'ip link set lo up && ip route add local 10.1.0.0/16 dev lo && exec "$@"';

/** The words before a command that run it in a network namespace of its own. Throws `ServersUnavailable`. */
function ownNetwork() {
  const ways = [["--net"], ["--map-root-user", "--net"]];
  const complaints = new Set();
  for (const flags of ways) {
    const words = ["unshare", ...flags, "sh", "-c", addresses, "sh"];
    const [program, ...args] = [...words, "true"];
    const tried = spawnSync(program, args, { encoding: "utf8" });
    if (tried.status === 0) return words;
    complaints.add(tried.error?.message ?? tried.stderr.trim());
  }
  throw new ServersUnavailable(
    `no network namespace: ${[...complaints].join("; ")} (needs unshare of util-linux and ip of iproute2, and root or user namespaces)`,
  );
}

async function prepared() {
  try {
    const network = ownNetwork();
    return { network, servers: await serverBinaries(), dataPlane: await dataPlaneBinaries() };
  } catch (error) {
    if (!(error instanceof ServersUnavailable)) throw error;
    console.error(error.message);
    return process.exit(1);
  }
}

await import("./ensure-build.mjs");
const { network, servers, dataPlane } = await prepared();
const [unshare, ...words] = network;
const jest = spawn(
  unshare,
  [
    ...words,
    process.execPath,
    "--experimental-vm-modules",
    "--no-warnings=ExperimentalWarning",
    join(root, "node_modules/jest/bin/jest.js"),
    "--selectProjects=dataplane",
    "--runInBand",
    ...process.argv.slice(2),
  ],
  {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, POINTSMAN_SERVERS: servers, POINTSMAN_DATAPLANE: dataPlane },
  },
);
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => jest.kill(signal));
jest.on("exit", (code) => {
  process.exitCode = code ?? 1;
});
