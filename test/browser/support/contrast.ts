import type { Page } from "puppeteer-core";

/** Text that is too faint on its ground, as "ratio text". WCAG 2.2, 1.4.3: 4.5, or 3 for large or bold-and-larger text. */
export function faintTexts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const luminance = (colour: readonly number[]): number => {
      const [red = 0, green = 0, blue = 0] = colour.map((part) => {
        const share = part / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const parse = (text: string): readonly number[] => (text.match(/[\d.]+/g) ?? []).map(Number);
    const ground = (element: Element): readonly number[] => {
      for (let at: Element | null = element; at !== null; at = at.parentElement) {
        const colour = parse(getComputedStyle(at).backgroundColor);
        if ((colour[3] ?? 1) === 1 && colour.length >= 3) return colour.slice(0, 3);
      }
      return [255, 255, 255];
    };
    const found: string[] = [];
    for (const element of document.querySelectorAll("body *")) {
      const own = [...element.childNodes].filter(({ nodeType }) => nodeType === Node.TEXT_NODE);
      const text = own.map(({ textContent }) => (textContent ?? "").trim()).join("");
      const box = element.getBoundingClientRect();
      if (text === "" || box.width < 2 || box.height < 2 || element.closest(".hidden, noscript, .uplot") !== null)
        continue;
      const style = getComputedStyle(element);
      const pair = [luminance(parse(style.color).slice(0, 3)), luminance(ground(element))].sort((a, b) => b - a);
      const ratio = ((pair[0] ?? 0) + 0.05) / ((pair[1] ?? 0) + 0.05);
      const size = Number.parseFloat(style.fontSize);
      const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      if (ratio < (isLarge ? 3 : 4.5)) found.push(`${ratio.toFixed(2)} ${text.slice(0, 40)}`);
    }
    return found;
  });
}
