import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, it } from "@jest/globals";

import { forOlderLibraries } from "../../../tools/fuzzAddon.mjs";

const prebuilt = (arch: string): Buffer =>
  readFileSync(`node_modules/@jazzer.js/fuzzer/prebuilds/fuzzer-linux-${arch}.node`);

describe("the fuzzer's addon, made to ask for older libraries,", () => {
  it.each(["x64", "arm64"])("is the same file but for a few names, for %s", (arch) => {
    const before = prebuilt(arch);
    const after = forOlderLibraries(before);
    expect(after.length).toBe(before.length);
    const changed = after.filter((byte, index) => byte !== before[index]).length;
    expect(changed).toBeGreaterThan(0);
    expect(changed).toBeLessThan(32);
    expect(forOlderLibraries(after).equals(after)).toBe(true);
  });

  it("is refused where it asks for what older libraries do not have", () => {
    const addon = prebuilt("x64");
    addon.write("__isoc23_strtod\0", addon.indexOf("__isoc23_strtol\0"), "latin1");
    expect(() => forOlderLibraries(addon)).toThrow("__isoc23_strtod: it needs glibc 2.38");
    expect(() => forOlderLibraries(Buffer.alloc(100))).toThrow("no shared library of Linux");
  });

  const here = process.platform === "linux" && ["x64", "arm64"].includes(process.arch) ? it : it.skip;
  here("can be loaded", () => {
    const folder = mkdtempSync(join(tmpdir(), "pointsman-test-"));
    const file = join(folder, "fuzzer.node");
    writeFileSync(file, forOlderLibraries(prebuilt(process.arch)));
    const load = `const m = { exports: {} }; process.dlopen(m, ${JSON.stringify(file)}); console.log(Object.keys(m.exports).join());`;
    expect(execFileSync(process.execPath, ["-e", load], { encoding: "utf8" })).toContain("startFuzzingAsync");
    rmSync(folder, { recursive: true });
  });
});
