import { stringAt } from "../../../src/base/json.js";
import type { GroupVersionResource } from "../../../src/kube/resource.js";
import type { AdminClient, OpenWatch } from "../../support/plane/adminClient.js";
import { configMaps, services } from "../app.js";
import type { RouteLedger } from "./ledger.js";
import { Scrape } from "./scrape.js";

/** Kinds that nobody but the controller and the gateway writes during a storm, but for deletions, which count as writes too. */
export const countedKinds = ["httproutes", "configmaps", "services"] as const;

/** Mutating requests that the API server granted, and the revisions they came to. What is left over changed nothing. */
export interface Granted {
  readonly requests: number;
  readonly revisions: number;
}

/** Compares what the API server granted with the revisions it stored of it. */
export class RevisionCount {
  private revisions = 0;
  private readonly watches: OpenWatch[] = [];

  private constructor(
    private readonly admin: AdminClient,
    private readonly ledger: RouteLedger,
    private readonly requestsBefore: number,
    private readonly routesBefore: number,
  ) {}

  /** Begins to count; nothing may be under way. */
  static async begin(admin: AdminClient, ledger: RouteLedger): Promise<RevisionCount> {
    const count = new RevisionCount(admin, ledger, await granted(admin), ledger.revisions);
    for (const gvr of [configMaps, services]) await count.follow(gvr);
    return count;
  }

  /** Ends the count; nothing may be under way. Undefined where the API server does not count its requests. */
  async end(): Promise<Granted | undefined> {
    const requests = (await granted(this.admin)) - this.requestsBefore;
    for (const watch of this.watches) watch.stop();
    if (requests === 0) return undefined;
    return { requests, revisions: this.revisions + this.ledger.revisions - this.routesBefore };
  }

  private async follow(gvr: GroupVersionResource): Promise<void> {
    const { resourceVersion } = await this.admin.page(gvr, undefined, "limit=1");
    this.watches.push(
      this.admin.watch(gvr, { resourceVersion }, ({ type }) => {
        if (type !== "BOOKMARK" && type !== "ERROR") this.revisions += 1;
      }),
    );
  }
}

async function granted(admin: AdminClient): Promise<number> {
  const reply = await admin.request("GET", "/metrics", { accept: "text/plain" });
  const scrape = new Scrape(stringAt(reply.body) ?? "");
  const verbs = ["APPLY", "PATCH", "PUT", "POST", "DELETE"];
  const sums = countedKinds.flatMap((resource) =>
    verbs.map((verb) => scrape.sum("apiserver_request_total", `resource="${resource}"`, `verb="${verb}"`, 'code="20')),
  );
  return sums.reduce((sum, value) => sum + value, 0);
}
