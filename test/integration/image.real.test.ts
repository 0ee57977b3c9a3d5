import { copyFile, chmod, readFile, readdir } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { App } from "../support/app.js";
import type { ControllerProcess } from "../support/controllerProcess.js";
import { last, stagesOf } from "../support/install/dockerfile.js";
import type { BuiltImage } from "../support/install/imageBuild.js";
import { buildImage } from "../support/install/imageBuild.js";
import { Scene } from "../support/scene.js";

describe("the image", () => {
  let scene: Scene;
  let image: BuiltImage;

  beforeAll(async () => {
    scene = await Scene.open("image");
    image = await buildImage();
  }, 300_000);
  afterAll(async () => {
    await scene.close();
    await image.remove();
  }, 60_000);

  it("holds the program as one file and the dashboard's page, and no source, package or test", async () => {
    const page = ["app.css", "app.js", "icon.svg", "index.html"].map((file) => join("dashboard", file));
    const held = await readdir(join(image.root, "app"), { recursive: true });
    expect(held.sort()).toEqual(["dashboard", ...page, "pointsman.mjs"]);
    expect(await readdir(image.root)).toEqual(["app"]);
  });

  it("runs as a user by number who is not root, from a base without a shell", async () => {
    const final = stagesOf(await readFile("Dockerfile", "utf8")).at(-1);
    if (final === undefined) throw new Error("the Dockerfile has no stage");
    expect(final.base).toMatch(/^gcr\.io\/distroless\/nodejs\d+-/);
    expect(Number(/^(\d+):(\d+)$/.exec(last(final, "USER") ?? "")?.[1])).toBeGreaterThanOrEqual(1000);
    expect(image.entrypoint[0]).toBe("/nodejs/bin/node");
  });

  /** The entry point as it is on this machine: its Node, and the image's files where they were built. */
  function program(): readonly string[] {
    const [, ...words] = image.entrypoint;
    const own = words.map((word) => (word.startsWith("/") ? join(image.root, word) : word));
    // What is called --permission from Node 22 on.
    const older = process.versions.node.startsWith("20.");
    return [
      process.execPath,
      ...own.map((word) => (older && word === "--permission" ? "--experimental-permission" : word)),
    ];
  }

  const asRoot = process.getuid?.() === 0;
  const users = [
    ["the image's own user", 65_532, 65_532],
    ["a user of OpenShift's choice, in the group of root", 1_000_650_000, 0],
  ] as const;

  if (!asRoot)
    process.stderr.write("image.real.test.ts: only root can start a process as another user; runs as this one\n");

  it.each(users)(
    "becomes ready and writes routes as %s, where it may write nothing",
    async (_who, uid, gid) => {
      const readable = join(image.root, `${uid}.kubeconfig`);
      await copyFile((await scene.account()).kubeconfig, readable);
      await chmod(readable, 0o644);
      const controller: ControllerProcess = await scene.controller({
        kubeconfig: readable,
        program: program(),
        cwd: image.root,
        ...(asRoot ? { user: { uid, gid } } : {}),
      });
      const name = `as-${uid}`;
      await new App(scene, name).whole();
      expect((await controller.http("/readyz"))?.status).toBe(200);
      expect(controller.log).not.toMatch(/ERR_ACCESS_DENIED|EACCES|EPERM|EvalError/);
      controller.signal("SIGTERM");
      expect(await controller.end(20_000)).toBe(0);
    },
    90_000,
  );
});
