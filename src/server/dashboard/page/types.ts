import type { Happening } from "../../../routing/controller/happenings.js";
import type { WeightSample } from "../../../routing/controller/weightHistory.js";
import type { Explanation, Summary } from "../../../routing/explain/explanation.js";
import type { SummaryPage } from "../../readApi/summaryPage.js";

/** A page of the list; `pending` routemaps have not been looked at yet. */
export interface ListAnswer extends SummaryPage {
  readonly pending: number;
}

/** The whole of one routemap. */
export interface DetailAnswer {
  readonly explanation: Explanation;
  readonly history: readonly WeightSample[];
  readonly happenings: readonly Happening[];
}

/** What a stream tells. */
export type StreamEvent =
  | { readonly type: "hello" | "beat" | "reload" | "gone" }
  | { readonly type: "refused"; readonly message: string }
  | { readonly type: "summaries"; readonly changed: readonly Summary[]; readonly gone: readonly string[] }
  | { readonly type: "routemap"; readonly detail: DetailAnswer };

/** Why an answer is none. Status 0: the controller could not be reached. */
export interface Failure {
  readonly status: number;
  readonly message: string;
  readonly fix?: string;
}
