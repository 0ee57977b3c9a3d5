import { setFlagsFromString } from "node:v8";

/**
 * To be imported first, for its effect: keeps V8's young generation at the size it starts with. The program allocates in
 * short bursts, the first while it loads, after which V8 would hold on to 10 to 20 MB more for a minute or for good. V8
 * reads this flag whenever it is about to let the young generation grow, so it may be set while the process runs;
 * `--max-semi-space-size` on the command line does the same.
 */
setFlagsFromString("--semi-space-growth-factor=1");
