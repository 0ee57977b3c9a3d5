/**
 * Runs test/bench/scale against a real control plane and writes docs/benchmarks.md. Options, all with defaults:
 * --routemaps 10000 --minutes 5 (of the storm) --rate 1000 (status writes a second) --soak 2 (minutes)
 * --soak-routemaps 50 --seed 1 --section start|storm|shift|soak (may be repeated; default: all)
 * --bundle FILE --out FILE (empty: print only) --profiles FOLDER (of processor profiles; SIGUSR2 to the controller adds a
 * heap snapshot) --embedded (the project's own API server, which takes more writes than etcd on the same machine).
 */
import { runBench } from "./bench.mjs";

await runBench("scale/bench", "scale/load");
