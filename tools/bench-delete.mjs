/**
 * Runs test/bench/delete.ts against a real control plane and writes docs/benchmarks.md. Options, all with defaults:
 * --sizes 1,20,200 --rounds 200 --bundle FILE --out FILE (empty: print only) --profiles FOLDER.
 */
import { runBench } from "./bench.mjs";

await runBench("delete", "deleteFloor");
