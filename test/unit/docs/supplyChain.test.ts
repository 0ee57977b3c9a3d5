import { readFileSync } from "node:fs";

import { describe, expect, it } from "@jest/globals";
import { z } from "zod";

const names = z.record(z.string(), z.string());
const manifest = z
  .looseObject({
    dependencies: names,
    devDependencies: names,
    allowScripts: z.record(z.string(), z.boolean()),
    scripts: names,
  })
  .parse(JSON.parse(readFileSync("package.json", "utf8")));
const locked = z.looseObject({
  version: z.string().optional(),
  integrity: z.string().optional(),
  resolved: z.string().optional(),
  link: z.boolean().optional(),
  hasInstallScript: z.boolean().optional(),
});
const { packages } = z
  .looseObject({ packages: z.record(z.string(), locked) })
  .parse(JSON.parse(readFileSync("package-lock.json", "utf8")));
const others = Object.entries(packages).filter(([path]) => path !== "");

describe("packages", () => {
  it("are pinned to one version each", () => {
    for (const version of Object.values({ ...manifest.dependencies, ...manifest.devDependencies }))
      expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it("have a checksum each, and none is a link or comes from elsewhere than a registry", () => {
    expect(others.length).toBeGreaterThan(100);
    for (const [path, { integrity, link, resolved }] of others) {
      expect({ path, integrity }).toEqual({ path, integrity: expect.stringMatching(/^sha512-[A-Za-z0-9+/]{86}==$/) });
      expect(link).toBeUndefined();
      expect(resolved ?? "https:").toMatch(/^https:/);
    }
  });

  it("run nothing while they are installed", () => {
    const eager = others.filter(([, { hasInstallScript }]) => hasInstallScript === true).map(([path]) => path);
    for (const path of eager) {
      const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
      expect({ name, allowed: manifest.allowScripts[name] }).toEqual({ name, allowed: false });
    }
    expect(readFileSync("Dockerfile", "utf8")).toContain("npm ci --ignore-scripts");
  });
});
