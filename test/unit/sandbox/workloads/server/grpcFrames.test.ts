import { expect, test } from "@jest/globals";
import fc from "fast-check";

import { GrpcFrameReader, grpcFrame } from "../../../../../src/sandbox/workloads/server/grpcFrames.js";

test("messages come out of the byte stream as they went in, wherever it is cut", () => {
  const messages = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 });
  fc.assert(
    fc.property(messages, fc.array(fc.nat(12), { minLength: 1 }), (sent, cuts) => {
      const bytes = Buffer.concat(sent.map(grpcFrame));
      const reader = new GrpcFrameReader();
      const got: Buffer[] = [];
      for (let start = 0, turn = 0; start < bytes.length; turn += 1) {
        const end = start + 1 + (cuts[turn % cuts.length] ?? 0);
        got.push(...reader.push(bytes.subarray(start, end)));
        start = end;
      }
      expect(got.map((message) => [...message])).toEqual(sent.map((message) => [...message]));
      expect(reader.isWhole()).toBe(true);
    }),
  );
});

test("a stream that ends within a message is not whole", () => {
  const reader = new GrpcFrameReader();
  expect(reader.push(grpcFrame(Buffer.from("abc")).subarray(0, 7))).toEqual([]);
  expect(reader.isWhole()).toBe(false);
});
