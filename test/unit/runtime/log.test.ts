import { describe, expect, test } from "@jest/globals";

import type { ApiError } from "../../../src/kube/apiError.js";
import { createLogger, runLogger } from "../../../src/runtime/log.js";

function logged(act: (log: ReturnType<typeof createLogger>) => void): Record<string, unknown>[] {
  const lines: string[] = [];
  act(createLogger("info", { write: (line) => lines.push(line) }));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe("createLogger", () => {
  test("writes one JSON line with ISO time, level by name and nothing of the host", () => {
    const [line] = logged((log) => log.info({ routes: 3 }, "started"));
    expect(line).toEqual({
      level: "info",
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      routes: 3,
      msg: "started",
    });
  });

  test("leaves out what is below the level", () => {
    expect(logged((log) => log.debug("no"))).toEqual([]);
  });

  test("hides credentials at the top and one level down", () => {
    const text = JSON.stringify(
      logged((log) =>
        log.info({ token: "s3cret", headers: { authorization: "s3cret" }, secret: { data: { a: "s3cret" } } }),
      ),
    );
    expect(text).not.toContain("s3cret");
    expect(text).toContain("[redacted]");
  });

  test("writes an ApiError as plain data and an Error with code, stack and cause", () => {
    const apiError: ApiError = {
      kind: "status",
      code: 409,
      reason: "Conflict",
      message: "taken",
      causes: [{ reason: "FieldManagerConflict", message: "x" }],
      verb: "apply",
      path: "/api",
    };
    const [first, second, third] = logged((log) => {
      log.error({ error: apiError });
      log.error({ error: Object.assign(new Error("outer", { cause: new Error("inner") }), { code: "PM_BUG" }) });
      log.error({ error: "thrown text" });
    });
    expect(first?.["error"]).toEqual({
      kind: "status",
      code: 409,
      reason: "Conflict",
      message: "taken",
      verb: "apply",
      path: "/api",
    });
    expect(second?.["error"]).toMatchObject({
      code: "PM_BUG",
      message: "outer",
      stack: expect.stringContaining("outer"),
      cause: { message: "inner" },
    });
    expect(third?.["error"]).toBe("thrown text");
  });

  test("a run's logger names key and run on every line", () => {
    const [line] = logged((log) =>
      runLogger(log, { controller: "routemap", namespace: "shop", name: "app", run: "7" }).warn("late"),
    );
    expect(line).toMatchObject({ controller: "routemap", namespace: "shop", name: "app", run: "7", msg: "late" });
  });
});
