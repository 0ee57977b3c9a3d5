import type { CanaryFigures } from "./canaryFigures.js";
import type { EffectFigures } from "./effect.js";
import type { ObjectiveTotals } from "./objective.js";
import type { SloVerdict } from "../sequential/slo.js";

/** One reason of a decision, with the figures it rests on. ln E is compared with ln of the bound. */
export type Why =
  | { readonly rule: "collecting"; readonly text: string }
  | { readonly rule: "srm"; readonly logE: number; readonly bound: number; readonly text: string }
  | { readonly rule: "noData"; readonly metric: string; readonly ticks: number; readonly text: string }
  | {
      readonly rule: "alarm";
      readonly metric: string;
      readonly version: string;
      readonly figures: CanaryFigures;
      readonly text: string;
    }
  | {
      readonly rule: "certificate" | "certificate missing";
      readonly metric: string;
      readonly version: string;
      readonly figures: CanaryFigures;
      readonly text: string;
    }
  | (ObjectiveTotals & {
      readonly rule: "slo";
      readonly metric: string;
      readonly version: string;
      readonly verdict: SloVerdict;
      readonly limit: number;
      readonly logE: { readonly above: number; readonly below: number };
      readonly text: string;
    })
  | {
      readonly rule: "reward";
      readonly metric: string;
      readonly version: string;
      /** ln E of the weakest of the comparisons that had to be won. */
      readonly logE: number;
      readonly bound: number;
      /** Always valid, corrected for the number of comparisons. */
      readonly pValue: number;
      /** The winner against the baseline; null where the baseline has won. */
      readonly effect: EffectFigures | null;
      readonly text: string;
    }
  | {
      readonly rule: "reward undecided";
      readonly metric: string;
      readonly bound: number;
      /** Of each candidate, in the order of the versions. */
      readonly effects: readonly EffectFigures[];
      readonly text: string;
    }
  | { readonly rule: "no candidate left"; readonly text: string }
  | { readonly rule: "safe"; readonly version: string; readonly text: string }
  | { readonly rule: "budget"; readonly ticks: number; readonly text: string };

/** What is to be done now. */
export type Action = "collecting" | "continue" | "promote" | "rollback" | "pause" | "inconclusive";

/** A decision and everything it rests on, the deciding reason first. */
export interface Decision {
  readonly action: Action;
  /** The version to promote. */
  readonly version?: string;
  /** Versions that may get no traffic. */
  readonly infeasible: readonly string[];
  readonly why: readonly Why[];
}
