import type { Io } from "../../src/cli/command.js";

/** An `Io` whose output is kept. */
export function captured(env: Io["env"] = {}, isTTY = false): { io: Io; out: () => string; err: () => string } {
  const written = { out: "", err: "" };
  return {
    io: {
      env,
      stdout: { isTTY, write: (text) => (written.out += text) },
      stderr: { isTTY, write: (text) => (written.err += text) },
    },
    out: () => written.out,
    err: () => written.err,
  };
}
