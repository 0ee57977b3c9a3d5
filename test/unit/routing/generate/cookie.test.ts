import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";

import { cookiePattern, fitsCookie, setCookie } from "../../../../src/routing/generate/cookie.js";

const token = fc.string({
  unit: fc.constantFrom(...Array.from("abzAZ09!#$%&'*+.^_`|~-")),
  minLength: 1,
  maxLength: 6,
});
const value = fc.string({ unit: fc.constantFrom(...Array.from("av12.-_")), minLength: 1, maxLength: 4 });
const space = fc.constantFrom("", " ", "  ");

/** Finds a cookie by taking the header apart. */
function has(header: string, cookie: string, wanted: string): boolean {
  return header.split(";").some((pair) => pair.trim() === `${cookie}=${wanted}`);
}

describe("the pattern of a cookie", () => {
  test("finds the cookie with this very value wherever it stands, and nothing else", () => {
    const pairs = fc.array(fc.tuple(token, value, space), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(pairs, token, value, (others, cookie, wanted) => {
        const header = others
          .map(([name, text, gap]) => `${gap}${name}=${text}`)
          .join(";")
          .trim();
        const mixed = `${header}; ${cookie}=${wanted}`;
        const pattern = new RegExp(cookiePattern(cookie, wanted));
        expect(pattern.test(header)).toBe(has(header, cookie, wanted));
        expect(pattern.test(mixed)).toBe(true);
        expect(pattern.test(`${cookie}=${wanted}; ${header}`)).toBe(true);
      }),
    );
  });

  test("takes no part of a name or value for the whole", () => {
    const pattern = new RegExp(cookiePattern("app", "v1.2"));
    for (const header of ["app=v1.2", "a=b; app=v1.2", "app=v1.2;a=b", "a=b;app=v1.2 ;c=d"])
      expect(pattern.test(header)).toBe(true);
    for (const header of ["app=v1.20", "app=v132", "my-app=v1.2", "a=app=v1.2", "app=v1.2x", "app=v1", "App=v1.2"])
      expect(pattern.test(header)).toBe(false);
  });
});

describe("a cookie", () => {
  test("lives for the browser's session unless it has an age", () => {
    expect(setCookie({ cookie: "app" }, "v1")).toBe("app=v1; Path=/; HttpOnly; SameSite=Lax");
    expect(setCookie({ cookie: "app", maxAge: 3600 }, "v1")).toBe(
      "app=v1; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax",
    );
  });

  test("does not hold what could end it", () => {
    expect(fitsCookie("v1.2_a-b")).toBe(true);
    expect(fitsCookie("v1 (left the spec)")).toBe(false);
    expect(fitsCookie("v1;a")).toBe(false);
  });
});
