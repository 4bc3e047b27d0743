import { describe, expect, it } from "vitest";
import { fingerprint } from "../../src/diagnose/index.ts";

function traceback(of: { pid: number; root: string; line: number; address: string; worker: string }): string[] {
  const prefix = `(${of.worker} pid=${of.pid}) ERROR 11-20 10:0${of.line % 9}:31 [core.py:${of.line}]`;
  return [
    `${prefix} Traceback (most recent call last):`,
    `${prefix}   File "${of.root}/site-packages/vllm/v1/worker/flux.py", line ${of.line}, in charge`,
    `${prefix}     capacitor.fill(1.21)`,
    `${prefix} FluxError: capacitor ${of.address} is dry after ${of.line} ms in ${of.root}/data`,
  ];
}

const one = { pid: 77, root: "/venv/lib/python3.12", line: 12, address: "0x7f21", worker: "Worker_TP0" };

describe("the fingerprint of an unknown failure", () => {
  it("is the same on another machine, in another process, at another line", () => {
    const other = { pid: 9_012, root: "/home/ci/.local/lib/python3.11", line: 48, address: "0xdeadbeef", worker: "Worker_TP5" };
    expect(fingerprint(traceback(one))).toBe(fingerprint(["INFO something before", ...traceback(other), "INFO something after"]));
  });

  it("differs when the failing function or the message differs", () => {
    const moved = traceback(one).map((line) => line.replace("in charge", "in discharge"));
    const reworded = traceback(one).map((line) => line.replace("is dry", "is wet"));
    expect(new Set([fingerprint(traceback(one)), fingerprint(moved), fingerprint(reworded)]).size).toBe(3);
  });

  it("is sixteen hex digits, for a log without an error too", () => {
    expect(fingerprint([])).toMatch(/^[0-9a-f]{16}$/);
    expect(fingerprint(["took 3.1 s"])).toBe(fingerprint(["took 4.2 s"]));
  });
});
