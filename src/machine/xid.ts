/** An error that the NVIDIA driver wrote into the kernel's log. */
export interface Xid {
  readonly code: number;
  /** `0000:1b:00`, as far as the line tells. */
  readonly bus?: string;
  /** The GPU's fault, the program's, or not to be told from the number alone. */
  readonly fault: "hardware" | "program" | "unclear";
  readonly line: string;
}

/**
 * After these the GPU must be reset, the machine restarted or the link repaired (NVIDIA's Xid catalogue as gpud and DCGM carry it). 94 is a
 * contained memory error: the program that held the memory is lost through no fault of its own.
 */
const HARDWARE: ReadonlySet<number> = new Set([
  48, 64, 74, 79, 94, 95, 119, 120, 140, 143, 144, 145, 146, 147, 148, 149, 150, 155, 156, 158,
]);
/** The catalogue's advice is to restart the program: an illegal access or a hung kernel of its own. */
const PROGRAM: ReadonlySet<number> = new Set([13, 31, 43]);

const XID = /NVRM: Xid \((?:PCI:)?([0-9a-fA-F:.]{4,20})\)[^:]{0,40}: (\d{1,4})\b/;
const LOST = /NVRM: .{0,80}?([0-9a-fA-F]{4}:[0-9a-fA-F]{2}:[0-9a-fA-F]{2})[^ ]* ?.{0,80}fallen off the bus/i;
/** What the driver writes for a GPU that is gone, with or without a number. */
const OFF_THE_BUS = 79;

/** The Xids in lines of the kernel's log, in order. Total over any text. */
export function readXids(lines: readonly string[]): Xid[] {
  return lines.flatMap((line) => {
    const numbered = XID.exec(line);
    if (numbered !== null) return [xidOf(Number(numbered[2]), numbered[1], line)];
    const lost = LOST.exec(line);
    return lost === null ? [] : [xidOf(OFF_THE_BUS, lost[1], line)];
  });
}

/** Whether two ways of writing a bus address mean one GPU: `00000000:1B:00.0` and `PCI:0000:1b:00`. */
export function sameBus(a: string, b: string): boolean {
  return shortBus(a) === shortBus(b);
}

function xidOf(code: number, bus: string | undefined, line: string): Xid {
  const fault = HARDWARE.has(code) ? "hardware" : PROGRAM.has(code) ? "program" : "unclear";
  return { code, fault, line: line.slice(0, 500), ...(bus === undefined ? {} : { bus: shortBus(bus) }) };
}

function shortBus(text: string): string {
  const [domain = "", bus = "", device = ""] = text
    .toLowerCase()
    .replace(/\.\d+$/, "")
    .split(":");
  return `${domain.slice(-4).padStart(4, "0")}:${bus}:${device}`;
}
