/** What is read of an audit event of the API server (audit.k8s.io/v1). */
export interface AuditEvent {
  readonly stage: string;
  readonly verb: string;
  readonly requestURI?: string;
  readonly user: { readonly username: string };
  readonly objectRef?: {
    readonly apiGroup?: string;
    readonly resource: string;
    readonly subresource?: string;
    readonly namespace?: string;
  };
  readonly responseStatus?: { readonly code: number };
  readonly annotations?: Readonly<Record<string, string>>;
}

/** The controller's requests: how many, which were refused ("list pods in shop"), and which rights the others needed. */
export interface Survey {
  readonly requests: number;
  readonly denied: ReadonlySet<string>;
  readonly used: ReadonlySet<string>;
}

export function surveyEvents(events: readonly AuditEvent[]): Survey;
export function grantsIn(text: string): ReadonlySet<string>;
export function isWholeRun(args: readonly string[]): boolean;
export function judgeAudit(
  survey: Survey,
  grants: ReadonlySet<string>,
  whole: boolean,
): { readonly problems: readonly string[]; readonly summary: string };
export function readAudit(folder: string): Survey;
export function auditFolder(): string;
export function dropAuditFolder(folder: string): void;
export function reportAudit(folder: string, root: string, whole: boolean): boolean;
