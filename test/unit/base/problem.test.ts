import { describe, expect, test } from "@jest/globals";

import { formatPath, formatProblem } from "../../../src/base/problem.js";

describe("formatPath", () => {
  test("joins keys with dots, indexes in brackets, and quotes what is no plain word", () => {
    expect(formatPath(["versions", 1, "resources", 0, "gvrShort"])).toBe("versions[1].resources[0].gvrShort");
    expect(formatPath(["labels", "a.b/c"])).toBe('labels["a.b/c"]');
    expect(formatPath([])).toBe("");
  });
});

describe("formatProblem", () => {
  test("is one line with path, position, message and fix", () => {
    expect(formatProblem({ path: "a.b", message: "is wrong", fix: "mend it", line: 3, column: 5 })).toBe(
      "a.b (line 3:5): is wrong; mend it",
    );
    expect(formatProblem({ path: "", message: "is empty", fix: "write it" })).toBe("document: is empty; write it");
  });
});
