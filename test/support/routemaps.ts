/** Lists versions that consist of a Deployment and a Service of one name. */
export function versionsOf(...list: readonly (readonly [name: string, weight?: number])[]): string {
  const lines = list.map(([name, weight]) => {
    const share = weight === undefined ? "" : `weight: ${weight}, `;
    return `- {name: ${name}, ${share}resources: [{gvrShort: deploy, name: ${name}}, {gvrShort: svc, name: ${name}}]}`;
  });
  return `versions:\n${lines.join("\n")}\n`;
}

/** A template of an HTTPRoute whose first rule lists every Service with its weight, 0 included. */
export function routeTemplate(route: string, ...backends: readonly string[]): string {
  const refs = backends.map(
    (name, index) => `          - {name: ${name}, port: 80, weight: {{ index .Weights ${index} }}}`,
  );
  return `routingTemplates:
  ${route}:
    gvrShort: httproute
    template: |
      apiVersion: gateway.networking.k8s.io/v1
      kind: HTTPRoute
      metadata: {name: ${route}}
      spec:
        parentRefs: [{name: gateway}]
        rules:
        - backendRefs:
${refs.join("\n")}
`;
}
