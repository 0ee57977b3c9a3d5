import type { Deletion } from "./deleteTrials.js";
import type { Hold } from "./hold.js";
import type { Contest, Load } from "./table.js";
import { circumstances, table, verdict } from "./table.js";

/** Everything one run measured. */
export interface DeleteRun {
  readonly contests: readonly Contest<readonly Deletion[]>[];
  readonly hold: Hold;
}

/** The section of docs/benchmarks.md about this run, as Markdown. */
export function deleteSection({ contests, hold }: DeleteRun, load: Load): string {
  const holdMs = hold.settle + hold.drain;
  const between =
    (from: keyof Deletion, to: keyof Deletion, less = 0) =>
    (deletions: readonly Deletion[]) =>
      deletions.map((deletion) => deletion[to] - deletion[from] - less);
  const released = (from: keyof Deletion) => between(from, "released", holdMs);
  const parts = [
    introduction(hold, load),
    `### Deleted, released, less ${holdMs} ms`,
    table(contests, released("replied")),
    verdict(contests, released("replied")),
    `### Deleted, weight 0 stored

One server-side apply.`,
    table(contests, between("replied", "stored")),
    verdict(contests, between("replied", "stored")),
    `### Weight 0 stored, released, less ${holdMs} ms

The second table counts from the gateway's status as the watch showed it; the rest is the gateway's.`,
    table(contests, released("stored"), "from stored"),
    verdict(contests, released("stored")),
    table(contests, released("confirmed"), "from confirmed"),
    verdict(contests, released("confirmed")),
    `### The same, from the sending of the first DELETE

This includes the time the API server takes for that request itself, as a user sees it.`,
    table(contests, released("sent"), `released, less ${holdMs} ms`),
    table(contests, between("sent", "stored"), "weight 0 stored"),
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

function introduction({ settle, drain }: Hold, load: Load): string {
  const holdMs = settle + drain;
  return `## Deletion of a candidate

\`npm run bench:delete\`, against a real kube-apiserver and etcd without a controller manager. ${circumstances(load)}

A ready candidate with 20 % of the weight is deleted as Helm does it, in the background: DELETE of its Service, and after
the reply DELETE of its Deployment. Both carry the finalizer; *released* is when a watch of the benchmark's own has shown
the end of both. Weight 0 has to be stored, confirmed by the gateway, then settle and drain have to pass, then the
finalizers go, the Service's last. The configuration is that of the tests: settle ${settle} ms and drain ${drain} ms, one after the
other. **What is subtracted is their sum, ${holdMs} ms, from every single time that ends with the release**, and nothing else.
The gateway is a stand-in in the benchmark's process that accepts every generation as soon as it sees it, by a read and a
write of the route's status; its time is not subtracted.

The floor is again a script without any thought, bare and with the same object as above: one apply with weight 0; once
its watch shows the status, one timer of ${holdMs} ms; for Deployment and then Service a live read of it and of the route and one
patch. The same ${holdMs} ms are subtracted from its times. These are the controller's calls too; its Events, the routemap's
status and a last look at what is gone come on top and are not in the floor. The three take turns on apps of their own;
between two turns the candidates are created anew, raised and confirmed (the routemaps have \`minStable: 0s\`). Times are
milliseconds from the reply to the first DELETE; watchers may be told before that reply comes. Nothing is asserted.`;
}
