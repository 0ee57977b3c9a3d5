/** What a condition of a routemap means for it. */
export interface ConditionType {
  readonly type: string;
  /**
   * `error`: it stays until somebody acts; `waiting`: it holds something up that ends by itself or by what it names;
   * `remark`: it tells of something without holding anything up.
   */
  readonly severity: "error" | "waiting" | "remark";
  /** It makes the routemap unready. */
  readonly unready?: true;
}

/** Every condition, in the order in which they explain each other: what stands first may have brought about the rest. */
export const conditionTypes: readonly ConditionType[] = [
  { type: "SpecInvalid", severity: "error", unready: true },
  { type: "MissingPermission", severity: "error" },
  { type: "KindAbsent", severity: "error", unready: true },
  { type: "Paused", severity: "waiting" },
  { type: "ForcePrimary", severity: "waiting" },
  { type: "TemplateFailed", severity: "error", unready: true },
  { type: "RouteFailed", severity: "error", unready: true },
  { type: "NotOurs", severity: "error", unready: true },
  { type: "OutputTaken", severity: "error", unready: true },
  { type: "Iter8Running", severity: "error", unready: true },
  { type: "Fighting", severity: "error", unready: true },
  { type: "FieldConflict", severity: "error", unready: true },
  { type: "WriteFailed", severity: "error", unready: true },
  { type: "HoldFailed", severity: "error", unready: true },
  { type: "Unprovable", severity: "error" },
  { type: "InvalidWeight", severity: "error" },
  { type: "Unseen", severity: "waiting" },
  { type: "StatusBehind", severity: "waiting" },
  { type: "Unconfirmed", severity: "remark" },
  { type: "GuardCorrected", severity: "remark" },
  { type: "UnlistedBackend", severity: "remark" },
  { type: "Clamped", severity: "remark" },
];

/** Conditions that make a routemap unready, and that somebody has to do something about. */
export const troubling: ReadonlySet<string> = new Set(
  conditionTypes.filter(({ unready }) => unready === true).map(({ type }) => type),
);
