/** A scrape of metrics in Prometheus' text format. */
export class Scrape {
  private readonly lines: readonly string[];

  constructor(text: string) {
    this.lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  }

  /** Sum of the series of a name whose text contains all of `labels`, such as `method="PATCH"`. */
  sum(name: string, ...labels: readonly string[]): number {
    return this.series(name, labels).reduce((total, [, value]) => total + value, 0);
  }

  /**
   * Mutating requests to the API server so far, new Events left out: POST is how access reviews are asked, too. The
   * Lease's go over a transport that is not counted.
   */
  writes(): number {
    const methods = ["PUT", "PATCH", "DELETE"];
    return methods.reduce((total, method) => total + this.sum("rest_client_requests_total", `method="${method}"`), 0);
  }

  /** All requests so far. */
  requests(): number {
    return this.sum("rest_client_requests_total");
  }

  /**
   * The bucket of a histogram in which the share `share` of what was observed since `before` lies: its upper bound, in the
   * histogram's unit. NaN where nothing was observed.
   */
  quantile(name: string, share: number, before: Scrape | undefined, ...labels: readonly string[]): number {
    const buckets = this.buckets(name, labels);
    const earlier = before?.buckets(name, labels) ?? new Map<number, number>();
    const counts = [...buckets].map(([bound, count]) => [bound, count - (earlier.get(bound) ?? 0)] as const);
    const total = counts.at(-1)?.[1] ?? 0;
    return total === 0 ? NaN : (counts.find(([, count]) => count >= share * total)?.[0] ?? Infinity);
  }

  private buckets(name: string, labels: readonly string[]): ReadonlyMap<number, number> {
    const found = new Map<number, number>();
    for (const [line, value] of this.series(`${name}_bucket`, labels)) {
      const text = /le="([^"]+)"/.exec(line)?.[1] ?? "";
      const bound = text === "+Inf" ? Infinity : Number(text);
      found.set(bound, (found.get(bound) ?? 0) + value);
    }
    return new Map([...found].sort(([a], [b]) => a - b));
  }

  private series(name: string, labels: readonly string[]): readonly (readonly [string, number])[] {
    const own = (line: string): boolean => line.startsWith(`${name}{`) || line.startsWith(`${name} `);
    return this.lines
      .filter((line) => own(line) && labels.every((label) => line.includes(label)))
      .map((line) => [line, Number(line.slice(line.lastIndexOf(" ") + 1))] as const);
  }
}
