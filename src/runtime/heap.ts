import { setFlagsFromString } from "node:v8";

/*
 * To be imported first, for its effect. V8 reads the flag whenever it is about to let the old generation grow, so it may be
 * set while the process runs.
 *
 * The old generation may grow by a fifth of what is alive before it is collected. V8's own measure, up to four times, is
 * for programs that end soon: it takes the memory of a controller with thousands of routemaps twice. The price is a
 * collection more often, most of it beside the main thread.
 */
setFlagsFromString("--heap-growing-percent=20");
