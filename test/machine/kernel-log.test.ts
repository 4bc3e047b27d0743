import { appendFileSync, chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { kernelMark, kernelSince, parseKmsg } from "../../src/machine/kernel-log.ts";
import { readXids, sameBus } from "../../src/machine/xid.ts";

const signal = new AbortController().signal;
const record = (sequence: number, text: string): string => `6,${sequence},${sequence * 1000},-;${text}\n`;
const folder = (): string => mkdtempSync(join(tmpdir(), "servegate-kernel-"));
const world = (kmsg: string, path = "/nowhere") => ({ env: { SERVEGATE_KMSG: kmsg, PATH: path }, signal });

/** A journalctl that says these things. */
function journal(lines: readonly string[]): string {
  const dir = folder();
  const script = `#!/bin/sh\ncase "$*" in *--since*) printf '%s\\n' ${lines.map((line) => `'${line}'`).join(" ")};; *) printf '%s\\n' '${lines[0] ?? ""}';; esac\n`;
  writeFileSync(join(dir, "journalctl"), script);
  chmodSync(join(dir, "journalctl"), 0o755);
  return `${dir}:/usr/bin:/bin`;
}

describe("the kernel's log", () => {
  it("is read from where it stood, and only what concerns GPUs and killed programs", async () => {
    const file = join(folder(), "kmsg");
    writeFileSync(file, record(1, "NVRM: Xid (PCI:0000:05:00): 79, old") + record(2, "usb 1-1: new device"));
    const mark = await kernelMark(world(file));
    expect(mark).toEqual({ source: "kmsg", sequence: 2 });
    appendFileSync(
      file,
      record(3, "usb 1-1: gone") + record(4, "NVRM: Xid (PCI:0000:05:00): 31, pid=7, name=python3") + " SUBSYSTEM=pci\n",
    );
    expect(await kernelSince(mark, world(file))).toEqual(["NVRM: Xid (PCI:0000:05:00): 31, pid=7, name=python3"]);
  });

  it("is asked of the journal where /dev/kmsg may not be read", async () => {
    const at = world("/nowhere/kmsg", journal(["NVRM: Xid (PCI:0000:05:00): 48, pid=7", "eth0: link up"]));
    const mark = await kernelMark(at, new Date(1_700_000_000_900));
    expect(mark).toEqual({ source: "journal", since: "@1700000000" });
    expect(await kernelSince(mark, at)).toEqual(["NVRM: Xid (PCI:0000:05:00): 48, pid=7"]);
  });

  it.each([
    ["there is no journalctl", "/nowhere"],
    ["the journal shows nothing of the kernel's", journal([])],
  ])("is unknown, and not empty, when neither may be read: %s", async (why, path) => {
    const at = world("/nowhere/kmsg", path);
    const mark = await kernelMark(at);
    expect(mark).toEqual({ source: "none", why: `/nowhere/kmsg: ENOENT; ${why}` });
    expect(await kernelSince(mark, at)).toBeUndefined();
  });

  it("is parsed whatever it holds", () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(), (text, sequence) => {
        expect(parseKmsg(text).every((message) => Number.isSafeInteger(message.sequence))).toBe(true);
        const line = text.replaceAll("\n", " ");
        expect(parseKmsg(record(sequence, line))).toEqual([{ sequence, text: line }]);
        expect(readXids([text]).every(({ code }) => Number.isSafeInteger(code))).toBe(true);
      }),
      { numRuns: 5000 },
    );
  });
});

describe("an Xid", () => {
  it.each([
    ["NVRM: Xid (PCI:0000:1b:00): 79, pid='<unknown>', name=<unknown>, GPU has fallen off the bus.", 79, "0000:1b:00", "hardware"],
    ["NVRM: Xid (PCI:0018:01:00): 149, NETIR_LINK_EVT  Fatal   XC0 i0 Link 08 (0x004505c6)", 149, "0018:01:00", "hardware"],
    ["NVRM: Xid (0000:05:00): 31, Ch 0000001f, engmask 00000101, intr 10000000", 31, "0000:05:00", "program"],
    [
      "NVRM: Xid (PCI:0000:05:00): 13, Graphics SM Warp Exception on (GPC 1, TPC 2, SM 0): Out Of Range Address",
      13,
      "0000:05:00",
      "program",
    ],
    ["NVRM: Xid (PCI:0000:05:00): 109, pid=77, name=python3, Ch 00000008, errorString CTX SWITCH TIMEOUT", 109, "0000:05:00", "unclear"],
    ["NVRM: GPU at PCI:0000:1b:00: GPU-5f2c has fallen off the bus", 79, "0000:1b:00", "hardware"],
    ["NVRM: GPU 0000:1b:00.0: GPU has fallen off the bus.", 79, "0000:1b:00", "hardware"],
  ])("is read from %s", (line, code, bus, fault) => {
    expect(readXids([line])).toEqual([{ code, bus, fault, line }]);
  });

  it("belongs to the GPU whose bus address it names, however that is written", () => {
    expect(sameBus("00000000:1B:00.0", "PCI:0000:1b:00".slice(4))).toBe(true);
    expect(sameBus("00000000:1B:00.0", "0000:1c:00")).toBe(false);
    expect(sameBus("00000001:1B:00.0", "0000:1b:00")).toBe(false);
  });

  it("is not seen in other lines of the driver", () => {
    expect(
      readXids(["NVRM: loading NVIDIA UNIX Open Kernel Module for x86_64  580.95.05", "nvidia-nvlink: Nvlink Core is being initialized"]),
    ).toEqual([]);
  });
});
