import { useCallback, useEffect, useState } from "preact/hooks";

/** `auto` follows the system. */
export type Theme = "auto" | "light" | "dark";

const next: Readonly<Record<Theme, Theme>> = { auto: "dark", dark: "light", light: "auto" };

/** The theme of the page and what changes it. */
export function useTheme(): readonly [Theme, () => void] {
  const [theme, setTheme] = useState<Theme>(stored());
  useEffect(() => {
    document.documentElement.dataset["theme"] = theme;
    try {
      window.localStorage.setItem("pointsman-theme", theme);
    } catch {
      // Private windows may refuse; then it lasts as long as the page.
    }
  }, [theme]);
  return [theme, useCallback(() => setTheme((before) => next[before]), [])];
}

function stored(): Theme {
  try {
    const text = window.localStorage.getItem("pointsman-theme");
    return text === "light" || text === "dark" ? text : "auto";
  } catch {
    return "auto";
  }
}
