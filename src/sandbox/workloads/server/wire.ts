/** Request headers that ask a Pod for something, and the response headers by which it says who answered. */
export const wire = {
  /** Both ways: the label of a request. */
  requestId: "x-request-id",
  /** Asks for an answer that takes this many milliseconds longer; of a stream, how long it stays open. */
  hold: "x-hold-ms",
  /** Of a stream: milliseconds between two messages (100). */
  interval: "x-interval-ms",
  version: "x-version",
  pod: "x-pod",
} as const;

/** Methods of the gRPC echo: any service; a method whose name ends in "Stream" answers with a stream. */
export const grpcPaths = { unary: "/pointsman.Echo/Unary", stream: "/pointsman.Echo/Stream" } as const;
