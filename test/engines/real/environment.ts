import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** Versions that the suite was written against; PyTorch first, or the resolver takes the newest build with gigabytes of CUDA. */
const PACKAGES = [["torch==2.13.0"], ["transformers[serving]==5.23.0", "accelerate==1.15.0"]];

/**
 * A virtual environment with Hugging Face `transformers serve`, outside the tree and kept between runs. Resolves to the path of the
 * `transformers` program. Throws when Python or a package cannot be had.
 */
export function transformersProgram(): string {
  const root = process.env["SERVEGATE_ENGINES"] ?? join(homedir(), ".cache", "servegate", "engines");
  const venv = join(root, "transformers-5.23.0");
  const complete = join(venv, "complete");
  if (!existsSync(complete)) {
    rmSync(venv, { recursive: true, force: true });
    mkdirSync(root, { recursive: true });
    run("python3", ["-m", "venv", venv]);
    for (const packages of PACKAGES)
      run(join(venv, "bin", "pip"), ["install", "--quiet", "--quiet", "--disable-pip-version-check", ...packages]);
    writeFileSync(complete, "");
  }
  return join(venv, "bin", "transformers");
}

function run(program: string, args: readonly string[]): void {
  process.stderr.write(`$ ${program} ${args.join(" ")}\n`);
  execFileSync(program, args, { stdio: ["ignore", "inherit", "inherit"], timeout: 20 * 60_000 });
}
