/** Labels, annotations, finalizer and field managers; the `iter8.tools` names are Iter8's own. */
export const names = {
  watchLabel: "iter8.tools/watch",
  kindLabel: "iter8.tools/kind",
  routemapKind: "routemap",
  routeTemplateKind: "routetemplate",
  /** The API server's own, of a deletion in the foreground. */
  foreground: "foregroundDeletion",
  finalizer: "iter8.tools/finalizer",
  weight: "iter8.tools/weight",
  /** On outputs: uid of the routemap they belong to. */
  owner: "iter8.tools/routemap-uid",
  /** On outputs: hash of the body we applied and the weights it was rendered with. */
  applied: "iter8.tools/applied",
  status: "iter8.tools/status",
  ready: "iter8.tools/ready",
  paused: "iter8.tools/paused",
  forcePrimary: "iter8.tools/force-primary",
  adopt: "iter8.tools/adopt",
} as const;

/** Field managers of server-side apply. */
export const managers = {
  routes: "pointsman",
  status: "pointsman-status",
  iter8: "iter8-controller",
} as const;
