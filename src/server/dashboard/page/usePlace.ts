import { useLayoutEffect, useState } from "preact/hooks";

import type { Place } from "./place.js";
import { readPlace } from "./place.js";

/** The place of the address, as it changes. */
export function usePlace(): Place {
  const [hash, setHash] = useState(window.location.hash);
  useLayoutEffect(() => {
    const follow = (): void => setHash(window.location.hash);
    window.addEventListener("hashchange", follow);
    return () => window.removeEventListener("hashchange", follow);
  }, []);
  return readPlace(hash);
}
