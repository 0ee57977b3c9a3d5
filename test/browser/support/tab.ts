import { writeFile } from "node:fs/promises";

import type { Browser, MediaFeature, Page } from "puppeteer-core";

/** A page of the browser that notes whatever a page must not do. */
export class Tab {
  /** Errors and warnings of the console: refused scripts and styles are among them. */
  readonly complaints: string[] = [];
  /** Addresses that are not those of the server. */
  readonly strangers: string[] = [];

  private constructor(
    readonly page: Page,
    private readonly url: string,
  ) {
    page.on("console", (message) => {
      if (["error", "warn"].includes(message.type())) this.complaints.push(message.text());
    });
    page.on("pageerror", (error) => this.complaints.push(String(error)));
    page.on("request", (request) => {
      if (!request.url().startsWith(url) && !request.url().startsWith("data:")) this.strangers.push(request.url());
    });
  }

  static async open(browser: Browser, url: string, width = 1360, height = 860): Promise<Tab> {
    const context = await browser.createBrowserContext();
    const page = await context.newPage();
    await page.setViewport({ width, height, deviceScaleFactor: 1 });
    const tab = new Tab(page, url);
    await page.goto(url);
    return tab;
  }

  /** Visible text of the first element that a selector finds, once it is there. */
  async text(selector: string): Promise<string> {
    await this.page.waitForSelector(selector);
    return this.page.$eval(selector, (element) => (element instanceof HTMLElement ? element.innerText : ""));
  }

  /** Visible texts of all elements that a selector finds now. */
  texts(selector: string): Promise<string[]> {
    return this.page.$$eval(selector, (elements) =>
      elements.map((element) => (element instanceof HTMLElement ? element.innerText : "")),
    );
  }

  /** Waits until the text of a selector contains something. */
  async until(selector: string, text: string): Promise<void> {
    await this.page.waitForFunction(
      (wanted, part) =>
        [...document.querySelectorAll(wanted)].some(
          (element) => element instanceof HTMLElement && element.innerText.includes(part),
        ),
      {},
      selector,
      text,
    );
  }

  async show(hash: string): Promise<void> {
    await this.page.evaluate((next) => {
      window.location.hash = next;
    }, hash);
  }

  async press(...keys: readonly ("j" | "k" | "t" | "/" | "Enter" | "Escape")[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text);
  }

  prefer(...features: MediaFeature[]): Promise<void> {
    return this.page.emulateMediaFeatures(features);
  }

  /** How far the page is wider than the window, pixels. */
  overflow(): Promise<number> {
    return this.page.evaluate(() => {
      const beyond = [...document.querySelectorAll("html, main, .scroller")].map(
        (element) => element.scrollWidth - element.clientWidth,
      );
      return Math.max(0, ...beyond);
    });
  }

  /** Writes a picture into docs/, where POINTSMAN_SCREENSHOTS is set. */
  async picture(name: string): Promise<void> {
    if ((process.env["POINTSMAN_SCREENSHOTS"] ?? "") === "") return;
    await new Promise((resolve) => setTimeout(resolve, 600));
    await writeFile(`docs/dashboard-${name}.png`, await this.page.screenshot({ type: "png", optimizeForSpeed: false }));
  }

  async reload(): Promise<void> {
    await this.page.goto("about:blank");
    await this.page.goto(this.url);
  }

  close(): Promise<void> {
    return this.page.browserContext().close();
  }
}
