import { describe, expect, it } from "@jest/globals";

import { UidLocks } from "../../../../src/routing/controller/locks.js";

describe("locks on held objects", () => {
  it("let any number of routes use an object, and no release while one does", () => {
    const locks = new UidLocks();
    const first = locks.use(["a", "b"]);
    const second = locks.use(["a"]);
    expect(locks.release("a")).toBeUndefined();
    first?.();
    expect(locks.release("a")).toBeUndefined();
    second?.();
    expect(locks.release("a")).toBeDefined();
  });

  it("let no route use an object that is being released, and take nothing of the others then", () => {
    const locks = new UidLocks();
    const release = locks.release("a");
    expect(locks.use(["a", "b"])).toBeUndefined();
    expect(locks.release("b")).toBeDefined();
    release?.();
    expect(locks.use(["a"])).toBeDefined();
  });

  it("do nothing when given back twice", () => {
    const locks = new UidLocks();
    const first = locks.use(["a"]);
    const second = locks.use(["a"]);
    first?.();
    first?.();
    expect(locks.release("a")).toBeUndefined();
    second?.();
    expect(locks.release("a")).toBeDefined();
  });
});
