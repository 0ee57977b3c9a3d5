import type { User } from "../auth/users.js";
import type { RequestTarget } from "../http/requestTarget.js";

/** A request that was read: whole body, known user. */
export interface ApiRequest {
  readonly method: string;
  readonly target: RequestTarget;
  readonly user: User;
  readonly body: string;
  readonly contentType: string | undefined;
  readonly accept: string | undefined;
  readonly userAgent: string | undefined;
}
