/** Where a watch writes its lines. */
export interface WatchStream {
  /** Sends lines; never waits. A client that does not read is cut by the stream itself. */
  write(lines: Buffer): void;
  /** Ends the answer in order. */
  end(): void;
  /** Calls `run` once when the client is gone or the answer has ended. */
  onClose(run: () => void): void;
}
