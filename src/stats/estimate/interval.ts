/** An interval in the units of what it estimates; an open end is ±Infinity. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** The error rate of an interval or a test. */
export interface AlphaOption {
  /** Probability of error, both sides together; default 0.05. */
  readonly alpha?: number;
}
