/** Which rows of a long list are drawn: `first` to `end`, without it. */
export interface RowWindow {
  readonly first: number;
  readonly end: number;
}

/** Rows drawn beyond what is visible, on each side. */
const margin = 8;

/** Rows to draw of `count` rows of one height; all sizes are pixels. */
export function rowWindow(scrollTop: number, viewHeight: number, rowHeight: number, count: number): RowWindow {
  const first = Math.max(0, Math.min(count, Math.floor(scrollTop / rowHeight) - margin));
  const end = Math.min(count, Math.ceil((scrollTop + viewHeight) / rowHeight) + margin);
  return { first, end: Math.max(first, end) };
}
