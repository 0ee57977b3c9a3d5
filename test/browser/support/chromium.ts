import { accessSync, constants } from "node:fs";

import type { Browser } from "puppeteer-core";
import { launch } from "puppeteer-core";

const usual = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** Starts a Chromium without a window; throws where there is none. */
export function startChromium(): Promise<Browser> {
  const candidates = [process.env["POINTSMAN_CHROMIUM"], ...usual];
  const executablePath = candidates.find((path): path is string => path !== undefined && isExecutable(path));
  if (executablePath === undefined)
    throw new Error(
      "there is no Chromium: install it (apt-get install chromium) or set POINTSMAN_CHROMIUM to its path",
    );
  // Its own sandbox needs rights that containers and root do not have; it sees nothing but our page.
  const args = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--hide-scrollbars"];
  return launch({ executablePath, headless: true, args });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
