import type { Proof, Translation } from "./axis.ts";

/** A switch of vLLM's that `--enable-…` turns on. Up to 0.32 its negation is `--no-enable-…`; 0.33 still takes that and lists `--disable-…`. */
export function vllmSwitch(enable: `--enable-${string}`, proof: Proof, before = "<0.33"): Translation[] {
  const row = (versions: string, off: string, source: string): Translation => ({
    versions,
    values: { on: { args: [enable], proof }, off: { args: [off], proof } },
    source,
  });
  return [
    row(">=0.33", enable.replace("--enable-", "--disable-"), "vLLM 0.33 --help; EnableDisableAction in argparse_utils.py"),
    row(before, enable.replace("--enable-", "--no-enable-"), "vLLM --help of 0.11 to 0.32"),
  ];
}
