import type { JsonObject } from "../../src/base/json.js";
import type { KubeObject } from "../../src/kube/object.js";
import type { GroupVersionResource } from "../../src/kube/resource.js";
import { apiVersionOf } from "../../src/kube/resource.js";
import { quickConfig } from "./controllerProcess.js";
import type { Scene } from "./scene.js";

/** A kind that no controller looks after. */
export const widgets = { group: "example.com", version: "v1", resource: "widgets" };

/** The controller's configuration, with Widgets that are ready by their condition. */
export const widgetConfig = `${quickConfig}
resourceTypes:
  widget: {Group: example.com, Version: v1, Resource: widgets, conditions: [Ready]}
`;

const longAgo = "2020-01-01T00:00:00Z";

/** A status that says of itself that it is ready, or not, since long ago. */
export function ready(status: "True" | "False"): JsonObject {
  return { conditions: [{ type: "Ready", status, lastTransitionTime: longAgo }] };
}

/** Objects whose status is written by the test. */
export class OwnStatus {
  constructor(private readonly scene: Scene) {}

  /** Creates an object that is watched, without a status. */
  create(gvr: GroupVersionResource, kind: string, name: string, spec: JsonObject): Promise<KubeObject> {
    const metadata = { name, labels: { "iter8.tools/watch": "true" } };
    return this.scene.apply(gvr, { apiVersion: apiVersionOf(gvr), kind, metadata, spec });
  }

  set(gvr: GroupVersionResource, name: string, status: JsonObject): Promise<KubeObject> {
    const { admin, namespace } = this.scene;
    return admin.patch(gvr, { namespace, name }, { status }, { subresource: "status" });
  }
}
