import { setFlagsFromString } from "node:v8";

/**
 * Keeps V8's young generation at the size it starts with. A controller allocates in short bursts, after which V8 would
 * hold on to 10 to 20 MB more for a minute or for good. V8 reads this flag whenever it is about to let the young
 * generation grow, so it may be set while the process runs. `--max-semi-space-size` on the command line does the same.
 */
export function keepHeapSmall(): void {
  setFlagsFromString("--semi-space-growth-factor=1");
}
