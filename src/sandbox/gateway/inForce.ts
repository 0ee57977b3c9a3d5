import type { KubeObject } from "../../kube/object.js";
import { Directory } from "./directory.js";
import type { Route } from "./rule.js";
import { RouteTable } from "./routeTable.js";

/** What a gateway goes by at this moment. */
export class InForce {
  readonly directory = new Directory();
  private readonly routes = new Map<string, Route>();
  private current: RouteTable | undefined;

  /** Puts a route, or takes it away. */
  putRoute(key: string, route: Route | undefined): void {
    if (route === undefined) this.routes.delete(key);
    else this.routes.set(key, route);
    this.current = undefined;
  }

  /** The routes; what is returned never changes. */
  table(): RouteTable {
    this.current ??= new RouteTable(this.routes.values());
    return this.current;
  }
}

/** Reads an object into what is in force; undefined: it is gone. */
export type Put = (inForce: InForce, key: string, object: KubeObject | undefined) => void;
