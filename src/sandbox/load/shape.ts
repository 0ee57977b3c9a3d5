/** One kind of request that a load source sends. */
export interface RequestShape {
  readonly protocol: Protocol;
  /** How often compared with the other shapes (1). */
  readonly share?: number;
  /** Host header or authority. */
  readonly host: string;
  /** Path, "/" unless told; of gRPC the method, by default the echo's. */
  readonly path?: string;
  /** HTTP method, GET unless told; gRPC has only POST. */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Asks the Pod to take this many milliseconds longer, of a stream: to stay open for so long (0). */
  readonly holdMs?: number;
}

/** What a request speaks: HTTP/1.1 with keep-alive, HTTP/2 without TLS, or gRPC on the latter. */
export type Protocol = "http1" | "h2c" | "grpc" | "grpcStream";

/** The shape of a request by `draw`, uniform in [0, 1), in the proportions of the shares. Throws if there is no shape. */
export function pickShape(shapes: readonly RequestShape[], draw: number): RequestShape {
  const total = shapes.reduce((sum, shape) => sum + (shape.share ?? 1), 0);
  let left = draw * total;
  for (const shape of shapes) {
    left -= shape.share ?? 1;
    if (left < 0) return shape;
  }
  const last = shapes.at(-1);
  if (last === undefined) throw new RangeError("a load source needs at least one shape of request");
  return last;
}
