/** A request as a client sends it. */
export interface SampleRequest {
  /** Word for messages. */
  readonly called: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What becomes of many requests of one kind. */
export interface Arrivals {
  /** Name of a Service or InferenceService → its share, 0 to 1; what no gateway can answer is under "error: why". */
  readonly answered: ReadonlyMap<string, number>;
  /** Name of a Service → the share of requests that it gets a copy of. */
  readonly copied: ReadonlyMap<string, number>;
  /** Where the response header app-version names another version than the one that answers. */
  readonly misnamed: readonly string[];
}

/** Collects arrivals. */
export class ArrivalBook implements Arrivals {
  readonly answered = new Map<string, number>();
  readonly copied = new Map<string, number>();
  readonly misnamed: string[] = [];

  /** `told` is the version that the response names, where it names one. */
  answer(target: string, share: number, told?: string): void {
    if (share <= 0) return;
    this.answered.set(target, (this.answered.get(target) ?? 0) + share);
    if (told !== undefined && told !== target) this.misnamed.push(`${target} answers as ${told}`);
  }

  copy(target: string, share: number): void {
    if (share > 0) this.copied.set(target, (this.copied.get(target) ?? 0) + share);
  }
}

/** The shares of destinations by their weights; undefined if nobody has any. */
export function sharesOf(weights: readonly number[]): readonly number[] | undefined {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return total === 0 ? undefined : weights.map((weight) => weight / total);
}
