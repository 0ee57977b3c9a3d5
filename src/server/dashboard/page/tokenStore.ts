/** The token of whoever looks, in memory only: it ends with the page. */
export class TokenStore {
  private value = "";
  private readonly listeners = new Set<() => void>();

  get token(): string {
    return this.value;
  }

  set(token: string): void {
    this.value = token.trim();
    for (const listener of this.listeners) listener();
  }

  /** Calls `listener` at every change; returns what ends that. */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
