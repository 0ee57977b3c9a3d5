import { names } from "../names.js";

/** What to do about each reason; a reason that is not here needs nothing to be done, or time. */
const remedies: Readonly<Record<string, string>> = {
  // Gates
  NotFound: `create it, or give it the label ${names.watchLabel}: "true"`,
  KindAbsent: "install its CRD, or take the resource out of the version",
  ScaledToZero: "scale it up",
  NoReplicas: "see its Pods: kubectl get pods and kubectl describe show why none is available",
  ProgressDeadlineExceeded: "see its Pods: the rollout has stopped; roll it back or mend it",
  ConditionMissing: "wait for its controller to write the condition; is that controller running?",
  ConditionNotTrue: "mend what the condition complains about",
  NoReadyEndpoint: "see the Service's selector and the readiness of its Pods",
  ExpressionInvalid: "mend the expression; pointsman lint shows where",
  ExpressionError: "guard it with has(): a field that is absent makes an expression fail",
  ExpressionFalse: "nothing, if the expression is right: it asks for something that is not so yet",
  Truncated: "let the expression look at less: lists are cut at 100 items",
  ModelFailedToLoad: "see the InferenceService's status and the logs of its model server",
  ModelSpecInvalid: "mend the InferenceService's spec",
  Stopped: "start it again",
  StatusBehind: "see whether the kind's controller is running: its status lags behind its spec",
  // What we cannot see
  Forbidden: "bind the controller's role to its account (docs/install.md); pointsman doctor lists what is missing",
  NotWatched: "let the controller's configuration or namespace include it",
  WatchBroken: "see the controller's log and the API server",
  EndpointsUnseen: "bind the controller's role to its account: it must list and watch endpointslices",
  Unseen: "see the message for what cannot be watched, and grant it or mend it; until then nothing changes",
  MissingPermission: "bind the missing right to the controller's account (docs/install.md)",
  // Spec and templates
  SpecInvalid: "mend the spec; pointsman lint -f shows each place. Until then the last good one stays in force",
  TemplateFailed: "mend the template; the live routes stay as they are",
  RouteFailed: "mend the route in the spec; the live one stays as it is",
  InvalidWeight: `set ${names.weight} to an integer in quotes, or remove it`,
  Clamped: "ask the administrator to raise the limit, or stay below it",
  UnlistedBackend: "list the backend's Service in a version, or take it out of the route",
  GuardCorrected: "let the template give no weight to versions that may have none",
  Unprovable: "let the template leave the version out at weight 0, or use routes: instead of a template",
  SubsetNotDefined: "define the subset in a DestinationRule, or let the routemap render one",
  // Other hands
  NotOurs: `delete the object, rename the output, or annotate the routemap with ${names.adopt}: "true"`,
  OutputTaken: "let only one routemap render it",
  Iter8Running: "scale Iter8's controller to zero",
  FieldConflict: `take the fields out of the other manager's manifest, or annotate the routemap with ${names.adopt}: "true"`,
  Fighting: `stop the other writer (its name is among the route's writers), or annotate the routemap with ${names.adopt}: "true"; it is tried again ten minutes after the first of the changes`,
  WriteFailed: "see the message of the API server; it is tried again by itself",
  HoldFailed: "see who refuses the finalizer: an admission policy or a missing right",
  // Brakes
  Paused: `remove the annotation ${names.paused} from the routemap`,
  ForcePrimary: `remove the annotation ${names.forcePrimary} from the routemap`,
  WeightZero: "raise the weight where it comes from",
  // Gateways
  NotAccepted: "mend what the gateway complains about; kubectl describe shows the route's status",
  Unconfirmed: "see whether the gateway's controller is running and the parentRefs name it",
  NothingReady: "see the causes of each version",
};

/** What to do about a reason, where something can be done. */
export function remedyOf(reason: string): string | undefined {
  return remedies[reason];
}
