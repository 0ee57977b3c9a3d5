import { useEffect, useState } from "preact/hooks";

/**
 * The time on the API server's clock, milliseconds since the epoch, once a second. `told` is what that clock said in an
 * answer, RFC 3339; it runs on from there, whatever the clock of this machine says.
 */
export function useNow(told: string): number {
  const [start, setStart] = useState({ told, at: performance.now() });
  if (start.told !== told) setStart({ told, at: performance.now() });
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = window.setInterval(() => tick((count) => count + 1), 1_000);
    return () => window.clearInterval(timer);
  }, []);
  return Date.parse(told) + performance.now() - start.at;
}
