/** What every object inherits, as text; it is the same before and after anything that a stranger sent was read. */
export function prototypes(): string {
  const shared: readonly object[] = [
    Object.prototype,
    Array.prototype,
    Function.prototype,
    String.prototype,
    Map.prototype,
  ];
  return shared.map((prototype) => Reflect.ownKeys(prototype).map(String).join()).join("\n");
}
