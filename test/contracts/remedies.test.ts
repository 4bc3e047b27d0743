import { readFileSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import { satisfies } from "@renovatebot/pep440";
import { describe, expect, it } from "vitest";
import { axisById, carry, type RealEngine } from "../../src/axes/index.ts";
import { signatures, type Signature } from "../../src/diagnose/index.ts";
import type { Remedy } from "../../src/model/index.ts";

/** Captured `--help` of every version there is: what the engine of that version takes. */
const HELP = resolve(import.meta.dirname, "../corpus/help");
const helps = readdirSync(HELP).flatMap((file) => {
  const named = /^(vllm|sglang)-(.+)\.txt$/.exec(file);
  const [, engine = "", version = ""] = named ?? [];
  return named === null ? [] : [{ engine: engine as RealEngine, version, text: readFileSync(resolve(HELP, file), "utf8") }];
});

/** Programs other than a server that remedies name, and prefixes of variables that the engines and their libraries read. */
const VARIABLE =
  /^(?:VLLM|SGLANG|SGL|NCCL|GLOO|CUDA|PYTORCH|TORCH|TORCHDYNAMO|TRITON|HF|HUGGING|FLASHINFER|NVIDIA|RAY|OMP|TRANSFORMERS|TMPDIR|PATH|LD|PYTHON|MASTER)_?[A-Z0-9_]*=/;

const cases = signatures.flatMap((signature) => signature.remedies.map((remedy) => ({ id: signature.id, signature, remedy })));
const enginesOf = ({ engines }: Signature): readonly RealEngine[] => (engines ?? ["vllm", "sglang"]).filter(isReal);

function isReal(engine: string): engine is RealEngine {
  return engine === "vllm" || engine === "sglang" || engine === "transformers";
}

/** Versions of which the help is known and that the signature is about. */
function versionsOf(engine: RealEngine, signature: Signature): string[] {
  const known = helps.filter((help) => help.engine === engine).map((help) => help.version);
  return signature.versions === undefined ? known : known.filter((version) => satisfies(version, signature.versions ?? ""));
}

/** The engines whose every version in question takes this value, and what the others say. */
function refusals({ axes = {} }: Remedy, engine: RealEngine, signature: Signature): string[] {
  return Object.entries(axes).flatMap(([id, value]) => {
    const axis = axisById(id);
    if (axis === undefined) return [`there is no axis ${id}`];
    return versionsOf(engine, signature).flatMap((version) => {
      const carried = carry(axis, value, engine, version, {});
      return carried.ok ? [] : [`${engine} ${version} ${id}=${value}: ${carried.reason}`];
    });
  });
}

describe("remedies", () => {
  it.each(cases.filter(({ remedy }) => remedy.axes !== undefined))(
    "of $id name values that an engine's adapter takes in every known version: $remedy.text",
    ({ signature, remedy }) => {
      const told = enginesOf(signature).map((engine) => refusals(remedy, engine, signature));
      const willing = told.some((list) => list.length === 0);
      expect(willing ? [] : told.flat()).toEqual([]);
    },
  );

  it.each(cases.filter(({ remedy }) => remedy.command?.startsWith("--")))(
    "of $id name flags that some version of an engine has: $remedy.command",
    ({ signature, remedy }) => {
      const flags = [...(remedy.command ?? "").matchAll(/(?:^|\s)(--[a-z][\w.-]*)/g)].map(([, flag = ""]) => flag);
      const texts = helps.filter((help) => enginesOf(signature).includes(help.engine)).map((help) => help.text);
      const strange = flags.filter(
        (flag) => !texts.some((text) => new RegExp(`(?:^|[\\s,])${flag.replaceAll(".", "\\.")}(?![\\w-])`, "m").test(text)),
      );
      expect(strange).toEqual([]);
    },
  );

  it.each(cases.filter(({ remedy }) => /^[A-Z][A-Z0-9_]*=/.test(remedy.command ?? "")))(
    "of $id set a variable that the engines or their libraries read: $remedy.command",
    ({ remedy }) => {
      expect(remedy.command).toMatch(VARIABLE);
    },
  );
});
