import type { Clock } from "../base/clock.js";
import type { Result } from "../base/result.js";
import { fail, ok } from "../base/result.js";
import type { ApiError } from "../kube/apiError.js";
import { isConflict, isNotFound } from "../kube/apiError.js";
import type { LeaseStore } from "../kube/leases.js";
import { leaseTimes } from "./leadership.js";
import { LeaseView } from "./leaseView.js";

/**
 * What became of a Lease that was taken whoever held it.
 *
 * - `free`: nobody held it.
 * - `seized`: `from` held it, alive or dead. It writes nothing any more once `leaseTimes.lease` has passed.
 * - `homeless`: there is no Lease and none can be created, because its namespace is gone: nobody can lead there.
 */
export type Takeover =
  { readonly kind: "free" } | { readonly kind: "seized"; readonly from: string } | { readonly kind: "homeless" };

/** A holder renews once a second, so few tries meet one in between. */
const tries = 10;

/**
 * Writes `identity` into a Lease, also over a living holder: he sees it within a second when he renews, or else stops
 * writing by himself when his last renewal is too old. An election with the same identity and store keeps it afterwards.
 */
export async function seizeLease(
  store: LeaseStore,
  identity: string,
  clock: Clock,
  signal: AbortSignal,
): Promise<Result<Takeover, ApiError>> {
  const view = new LeaseView(clock, identity, leaseTimes.lease);
  let last: ApiError | undefined;
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const read = await store.read(signal);
    if (!read.ok) {
      if (!isNotFound(read.error)) return read;
      const created = await store.create({ ...view.ours(), resourceVersion: "" }, signal);
      if (created.ok) return ok({ kind: "free" });
      if (!isConflict(created.error)) return isHomeless(created.error) ? ok({ kind: "homeless" }) : created;
      last = created.error;
      continue;
    }
    const from = read.value.holderIdentity;
    if (from === "" || from === identity) return ok({ kind: "free" });
    view.observe(read.value);
    const written = await store.update(view.ours(), signal);
    if (written.ok) return ok({ kind: "seized", from });
    if (!isConflict(written.error)) return written;
    last = written.error;
  }
  return last === undefined ? ok({ kind: "free" }) : fail(last);
}

/** A namespace that does not exist is a 404, one that is being deleted a 403 with this cause. */
function isHomeless(error: ApiError): boolean {
  return isNotFound(error) || error.causes.some(({ reason }) => reason === "NamespaceTerminating");
}
