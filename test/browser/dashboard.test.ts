import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Browser } from "puppeteer-core";

import { madeSummary } from "../support/dashboard/madeSummary.js";
import { aDeletion, aShop } from "./support/cast.js";
import { startChromium } from "./support/chromium.js";
import { faintTexts } from "./support/contrast.js";
import { Served } from "./support/served.js";
import { Tab } from "./support/tab.js";

let browser: Browser;
let served: Served;
let tab: Tab;

beforeAll(async () => {
  browser = await startChromium();
});
afterAll(() => browser.close());

beforeEach(async () => {
  served = await Served.start();
  served.model.put(...aShop());
  served.model.details.set("shop/checkout", aDeletion().detail);
});
afterEach(async () => {
  await tab.close();
  await served.close();
});

const open = async (width?: number, height?: number): Promise<void> => {
  tab = await Tab.open(browser, served.url, width, height);
};
const names = (): Promise<string[]> => tab.texts(".row .name");

/** Nothing was refused, nothing failed, and nothing came from elsewhere. */
function expectQuiet(): void {
  expect(tab.complaints).toEqual([]);
  expect(tab.strangers).toEqual([]);
}

describe("the list", () => {
  test("shows every routemap, what has trouble first, with counts, shares and reasons", async () => {
    await open();
    await tab.until(".connection", "Live");
    expect(await names()).toEqual([
      "shop/payments",
      "shop/search",
      "models/ranking",
      "shop/checkout",
      "frontend/web",
      "frontend/web-static",
      "models/recommendations",
      "shop/cart",
      "shop/catalogue",
    ]);
    expect(await tab.text(".counts")).toMatch(/2\s+not ready\s+1\s+unknown\s+1\s+moving\s+5\s+ready/);
    expect(await tab.text(".row:first-child .why")).toContain("Hold failed version payments-v2 gets no traffic");
    const label = await tab.page.$eval(".row:last-child .bar", (bar) => bar.getAttribute("aria-label"));
    expect(label).toBe("stored weights: catalogue-v1 50 %, catalogue-v2 30 %, catalogue-v3 20 %");
    expectQuiet();
    await tab.picture("list");
  });

  test("follows what changes, comes and goes", async () => {
    await open();
    await tab.until(".connection", "Live");
    served.model.change(madeSummary("cart", { ready: "False", reason: "SpecInvalid" }, [100]));
    await tab.until(".row:first-child", "shop/cart");
    served.model.change(madeSummary("new-one", { ready: "False" }));
    await tab.until(".row .name", "new-one");
    const gone = madeSummary("new-one");
    served.model.summaries.delete(gone.uid);
    served.model.changes.next([{ type: "gone", uid: gone.uid, summary: gone }]);
    await tab.page.waitForFunction(() => !document.body.innerText.includes("new-one"));
    expectQuiet();
  });

  test("is searched as one types, and says when nothing matches", async () => {
    await open();
    await tab.until(".row .name", "cart");
    await tab.press("/");
    await tab.type("web st");
    await tab.until(".counts", "1 of 9 match");
    expect(await names()).toEqual(["frontend/web-static"]);
    await tab.type("zzz");
    await tab.until(".empty", "No routemap matches “web stzzz”");
  });

  test("is walked with keys, and finds its place again", async () => {
    await open();
    await tab.until(".row .name", "cart");
    await tab.press("j", "j", "j", "k");
    const current = (): Promise<string[]> => tab.texts(".row a[aria-current] .name");
    expect(await current()).toEqual(["shop/search"]);
    await tab.press("j", "j", "Enter");
    await tab.until("h1", "shop/checkout");
    await tab.press("Escape");
    await tab.until(".row a[aria-current] .name", "shop/checkout");
    await tab.type("?");
    await tab.until("dialog", "next, previous routemap");
    await tab.press("Escape");
    await tab.page.waitForFunction(() => document.querySelector("dialog") === null);
    expectQuiet();
  });

  test("hears a key that is pressed as soon as the page of a routemap is there", async () => {
    await open();
    await tab.until(".row .name", "cart");
    await tab.page.evaluate(() => {
      const sight = new MutationObserver(() => {
        if (document.querySelector("main.detail") === null) return;
        sight.disconnect();
        document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true, cancelable: true }));
      });
      sight.observe(document.body, { childList: true, subtree: true });
    });
    await tab.show("#/shop/checkout");
    await tab.until(".row .name", "shop/checkout");
    expectQuiet();
  });

  test("of one namespace is reached by its address", async () => {
    await open();
    await tab.show("#/models");
    await tab.until(".chip", "models");
    await tab.page.waitForFunction(() => document.querySelectorAll(".row").length === 2);
    expect(await names()).toEqual(["models/ranking", "models/recommendations"]);
  });
});

describe("one routemap", () => {
  beforeEach(async () => {
    await open(1360, 1240);
    await tab.show("#/shop/checkout");
    await tab.until(".lane", "Draining");
  });

  test("tells why, version by version, with gates, holds, routes, writers and what happened", async () => {
    expect(await tab.text(".lane.v1")).toMatch(/wanted\s+0 %\s+stored\s+0 %\s+confirmed\s+0 %/);
    expect(await tab.text(".lane.v1 .holds")).toContain("deploy default/app-v2");
    expect(await tab.text(".route")).toContain("pointsman");
    expect(await tab.text(".happenings")).toContain("Traffic raised");
    await tab.page.$$eval("details", (all) => all.forEach((each) => each.setAttribute("open", "")));
    expect(await tab.text(".lane.v1 .gates")).toContain("being deleted");
    expect(await tab.text(".diff")).toContain("weight: 80");
    expect(await tab.overflow()).toBe(0);
    expect(await tab.page.$$eval(".chart canvas", (all) => all.length)).toBe(1);
    expectQuiet();
  });

  test("follows what changes, and says when it is gone", async () => {
    const made = aDeletion();
    made.world.memory = { ...made.world.memory, fights: [made.world.time, made.world.time] };
    served.model.details.set("shop/checkout", made.detail);
    const [summary] = aShop().filter(({ name }) => name === "checkout");
    if (summary === undefined) throw new Error("it is in the shop");
    served.model.change(summary);
    await tab.until(".brakes", "others’ changes");
    served.model.details.clear();
    served.model.changes.next([{ type: "gone", uid: summary.uid, summary }]);
    await tab.until(".empty", "no such routemap any more");
    expectQuiet();
  });

  test("is the same in the dark, and pictures are taken", async () => {
    await tab.picture("detail");
    await tab.prefer({ name: "prefers-color-scheme", value: "dark" });
    const ground = (): Promise<string> => tab.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(await ground()).toBe("rgb(16, 21, 27)");
    await untilDrawn(124, 156, 245);
    await tab.picture("detail-dark");
    await tab.press("t", "t");
    await tab.page.waitForFunction(() => document.documentElement.dataset["theme"] === "light");
    expect(await ground()).toBe("rgb(246, 247, 249)");
    await untilDrawn(59, 99, 201);
    expectQuiet();
  });

  /** Waits until the chart has a line in a colour. */
  async function untilDrawn(...colour: readonly number[]): Promise<void> {
    await tab.page.waitForFunction(
      (wanted) => {
        const chart = document.querySelector<HTMLCanvasElement>(".chart canvas");
        if (chart === null || chart.width === 0 || chart.height === 0) return false;
        // Read from a copy made for reading: Chromium warns of a canvas of the page that is read again and again.
        const { width, height } = chart;
        const copy = Object.assign(document.createElement("canvas"), { width, height });
        const context = copy.getContext("2d", { willReadFrequently: true });
        context?.drawImage(chart, 0, 0);
        const pixels = context?.getImageData(0, 0, width, height).data ?? [];
        for (let at = 0; at < pixels.length; at += 4)
          if (wanted.every((part, index) => pixels[at + index] === part)) return true;
        return false;
      },
      { timeout: 10_000 },
      colour,
    );
  }
});

describe("for everybody", () => {
  test.each(["light", "dark"])("all text has contrast enough when it is %s", async (value) => {
    await open();
    await tab.prefer({ name: "prefers-color-scheme", value });
    await tab.until(".row .name", "cart");
    expect(await faintTexts(tab.page)).toEqual([]);
    await tab.show("#/shop/checkout");
    await tab.until(".lane", "Draining");
    await tab.page.$$eval("details", (all) => all.forEach((each) => each.setAttribute("open", "")));
    expect(await faintTexts(tab.page)).toEqual([]);
  });

  test("everything that can be used has a name", async () => {
    await open();
    await tab.until(".row .name", "cart");
    const nameless = async (): Promise<string[]> => {
      const tree = await tab.page.accessibility.snapshot();
      const found: string[] = [];
      const look = (node: typeof tree): void => {
        if (node === null) return;
        if (["link", "button", "textbox", "searchbox", "img", "meter"].includes(node.role) && !node.name)
          found.push(node.role);
        node.children?.forEach(look);
      };
      look(tree);
      return found;
    };
    expect(await nameless()).toEqual([]);
    await tab.show("#/shop/checkout");
    await tab.until(".lane", "Draining");
    expect(await nameless()).toEqual([]);
  });

  test("a narrow screen shows all of it without moving sideways", async () => {
    await open(390, 844);
    await tab.until(".row .name", "cart");
    expect(await tab.overflow()).toBe(0);
    await tab.picture("narrow");
    await tab.show("#/shop/checkout");
    await tab.until(".lane", "Draining");
    expect(await tab.overflow()).toBe(0);
    expectQuiet();
  });

  test("nothing moves for those who asked for that", async () => {
    await open();
    await tab.prefer({ name: "prefers-reduced-motion", value: "reduce" });
    await tab.until(".connection", "Live");
    const moves = await tab.page.$$eval(
      "*",
      (all) =>
        all.filter((element) => {
          const { animationName, transitionDuration } = getComputedStyle(element);
          return animationName !== "none" || Number.parseFloat(transitionDuration) > 0;
        }).length,
    );
    expect(moves).toBe(0);
  });
});

describe("ten thousand routemaps", () => {
  test("are drawn a screen at a time, and each can be reached", async () => {
    served.model.put(
      ...Array.from({ length: 10_000 }, (_, index) => madeSummary(`m-${String(index).padStart(5, "0")}`)),
    );
    await open();
    await tab.until(".counts", "10005");
    const rows = (): Promise<number> => tab.page.$$eval(".row", (all) => all.length);
    expect(await rows()).toBeLessThan(60);
    for (let loaded = 0; loaded < 1_000;) {
      loaded = await tab.page.$eval(".scroller", (scroller) => {
        scroller.scrollTop = scroller.scrollHeight;
        return scroller.scrollHeight / 64;
      });
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(await rows()).toBeLessThan(60);
    await tab.press("/");
    await tab.type("m-09999");
    await tab.until(".counts", "1 of 10009 match");
    expect(await names()).toEqual(["shop/m-09999"]);
    served.model.change(
      ...Array.from({ length: 5_000 }, (_, index) =>
        madeSummary(`m-${String(index + 5_000).padStart(5, "0")}`, { ready: "False" }),
      ),
    );
    await tab.until(".counts", "5002");
    expectQuiet();
  });
});

describe("safety", () => {
  test("a script that gets into the page is not run", async () => {
    await open();
    await tab.until(".row .name", "cart");
    await tab.page.evaluate(() => {
      const script = document.createElement("script");
      script.textContent = "document.title = 'taken'";
      document.body.append(script);
    });
    expect(await tab.page.title()).toBe("Pointsman");
    expect(tab.complaints.join()).toContain("Content Security Policy");
  });

  test("a token is asked for, kept in memory only, and asked for again after a reload", async () => {
    await served.close();
    served = await Served.start({
      check: (authorization) =>
        Promise.resolve(
          authorization === "Bearer right"
            ? { type: "allowed" }
            : { type: "unauthenticated", message: "the API server does not know this token" },
        ),
    });
    served.model.put(...aShop());
    await open();
    await tab.until("h1", "Who is looking?");
    expect(await tab.texts(".row")).toEqual([]);
    await tab.page.type("input[name=token]", "wrong");
    await tab.page.click("button[type=submit]");
    await tab.until("[role=alert]", "does not know this token");
    await tab.page.$eval("input[name=token]", (input) =>
      input instanceof HTMLInputElement ? input.select() : undefined,
    );
    await tab.type("right");
    await tab.page.keyboard.press("Enter");
    await tab.until(".row .name", "cart");
    await tab.until(".connection", "Live");
    const kept = await tab.page.evaluate(() =>
      [JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie, location.href].join(),
    );
    expect(kept).not.toContain("right");
    await tab.reload();
    await tab.until("h1", "Who is looking?");
  });

  test("a controller that goes away and comes back is followed, and the page says so meanwhile", async () => {
    await open();
    await tab.until(".connection", "Live");
    await served.close();
    await tab.until(".connection", "Not live: the controller cannot be reached");
    expect((await names()).length).toBe(9);
    served.model.put(madeSummary("meanwhile"));
    await served.again();
    await tab.until(".connection", "Live");
    await tab.until(".row .name", "meanwhile");
  });
});
