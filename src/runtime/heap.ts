import { setFlagsFromString } from "node:v8";

/*
 * To be imported first, for its effect. V8 reads both flags whenever it is about to let a generation grow, so they may be
 * set while the process runs.
 *
 * The young generation stays at the size it starts with: the program allocates in short bursts, the first while it loads,
 * after which V8 would hold on to 10 to 20 MB more for a minute or for good. `--max-semi-space-size` on the command line
 * does the same.
 *
 * The old generation may grow by a fifth of what is alive before it is collected. V8's own measure, up to four times, is
 * for programs that end soon: it takes the memory of a controller with thousands of routemaps twice. The price is a
 * collection more often, most of it beside the main thread.
 */
setFlagsFromString("--semi-space-growth-factor=1");
setFlagsFromString("--heap-growing-percent=20");
