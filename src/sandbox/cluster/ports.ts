import { PointsmanError, describeError } from "../../base/errors.js";

/** Waits for what listens on a port; that the port is taken is a PM_PORT_BUSY which says what to do. */
export async function orPortBusy<T>(
  starting: Promise<T>,
  { port, flag }: { readonly port: number; readonly flag: string },
): Promise<T> {
  try {
    return await starting;
  } catch (thrown) {
    if (!isTaken(thrown)) throw thrown;
    const problem = `the port is in use; choose another with ${flag} N, or leave ${flag} out for any that is free`;
    throw new PointsmanError(
      "PM_PORT_BUSY",
      { address: `127.0.0.1:${port}`, problem },
      { cause: describeError(thrown) },
    );
  }
}

function isTaken(thrown: unknown): boolean {
  if (typeof thrown !== "object" || thrown === null || !("code" in thrown)) return false;
  return thrown.code === "EADDRINUSE" || thrown.code === "EACCES" || thrown.code === "PM_PORT_BUSY";
}
