/**
 * Runs test/bench/sandbox on the embedded API server and writes docs/benchmarks.md. Options, all with defaults:
 * --starts 10 --objects 1000 --watchers 50 --routemaps 10000 --seconds 10 (of the gateway); 0 leaves a part out.
 * --bundle FILE --out FILE (empty: print only) --profiles FOLDER.
 */
import { runPrograms } from "./bench.mjs";

const sources = ["sandbox/bench", "sandbox/server", "sandbox/gateway"];
await runPrograms(sources, (server, gateway) => ["--server", server, "--gateway", gateway]);
