import { html as template } from "htm/preact";
import type { VNode } from "preact";

/** What a component gives. */
export type View = VNode;

/** Makes elements of a template with one root. */
export const html: (strings: TemplateStringsArray, ...values: readonly unknown[]) => View = template;
