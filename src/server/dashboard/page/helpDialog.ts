import { useLayoutEffect, useRef } from "preact/hooks";

import type { View } from "./html.js";
import { html } from "./html.js";
import { useKeys } from "./keys.js";

const keys = [
  ["j / k", "next, previous routemap"],
  ["Enter", "open it"],
  ["Esc", "back to the list"],
  ["/", "search"],
  ["t", "dark, light, or as the system"],
  ["?", "this help"],
] as const;

/** What the keys do. */
export function HelpDialog({ onClose }: { readonly onClose: () => void }): View {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => dialog.current?.showModal(), []);
  useKeys({ Escape: onClose });
  return html`<dialog ref=${dialog} class="help" aria-label="Keys" onClose=${onClose}>
    <h2>Keys</h2>
    <dl>
      ${keys.map(
        ([key, does]) =>
          html`<div key=${key}>
            <dt><kbd>${key}</kbd></dt>
            <dd>${does}</dd>
          </div>`,
      )}
    </dl>
    <form method="dialog"><button>Close</button></form>
  </dialog>`;
}
