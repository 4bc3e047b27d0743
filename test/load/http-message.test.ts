import { describe, expect, it } from "vitest";
import { ResponseParser } from "../../src/load/http-message.ts";

function parse(pieces: readonly Buffer[]): { state: string; status: number; body: string; closing: boolean; end: string } {
  let status = 0;
  let body = "";
  const parser = new ResponseParser({
    head: (code) => (status = code),
    body: (bytes, from, to) => {
      body += bytes.toString("latin1", from, to);
      return true;
    },
  });
  let state = "more";
  for (const piece of pieces) {
    state = parser.push(piece);
    if (state !== "more") break;
  }
  return { state, status, body, closing: parser.closing, end: parser.end() };
}

const HEAD = "HTTP/1.1 200 OK\r\n";

describe("the response parser", () => {
  it.each([
    ["a body of known length", `${HEAD}Content-Length: 5\r\n\r\nhello`, { state: "done", status: 200, body: "hello", closing: false }],
    ["an empty body", `${HEAD}content-length:0\r\n\r\n`, { state: "done", status: 200, body: "", closing: false }],
    [
      "chunks",
      `${HEAD}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nA\r\n0123456789\r\n0\r\n\r\n`,
      { state: "done", status: 200, body: "hello0123456789", closing: false },
    ],
    [
      "chunk extensions and trailers",
      `${HEAD}Transfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\nX: y\r\n\r\n`,
      { state: "done", status: 200, body: "hello", closing: false },
    ],
    ["no body by status", "HTTP/1.1 204 No Content\r\n\r\n", { state: "done", status: 204, body: "", closing: false }],
    [
      "an announced close",
      `${HEAD}Connection: close\r\nContent-Length: 1\r\n\r\nx`,
      { state: "done", status: 200, body: "x", closing: true },
    ],
    ["HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx", { state: "done", status: 200, body: "x", closing: true }],
    ["a body until the close", `${HEAD}\r\nhello`, { state: "more", status: 200, body: "hello", closing: true, end: "done" }],
    [
      "interim responses",
      `HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n${HEAD}Content-Length: 1\r\n\r\nx`,
      { state: "done", status: 200, body: "x" },
    ],
    ["a body that is cut off", `${HEAD}Content-Length: 9\r\n\r\nhello`, { state: "more", body: "hello", end: "truncated" }],
    [
      "chunks that are cut off",
      `${HEAD}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n`,
      { state: "more", body: "hello", end: "truncated" },
    ],
    ["bytes nobody asked for", `${HEAD}Content-Length: 1\r\n\r\nxyz`, { state: "done", body: "x", closing: true }],
    ["another protocol", "SSH-2.0-OpenSSH_9.6\r\n\r\n", { state: "garbled" }],
    ["a chunk size that is none", `${HEAD}Transfer-Encoding: chunked\r\n\r\nhello\r\n`, { state: "garbled" }],
    ["an endless head", `${HEAD}${"X: y\r\n".repeat(20_000)}`, { state: "garbled" }],
  ])("reads %s, however the bytes are split", (_, text, expected) => {
    const bytes = Buffer.from(text);
    expect(parse([bytes])).toMatchObject(expected);
    expect(parse([...bytes].map((byte) => Buffer.of(byte)))).toMatchObject({
      ...expected,
      ...(text.endsWith("xyz") ? { closing: false } : {}),
    });
  });
});
