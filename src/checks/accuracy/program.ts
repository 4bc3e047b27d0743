import type { CheckContext } from "../check-run.ts";
import { withoutThoughts, type Question } from "./grade.ts";

const LIMIT_MS = 10_000;
const PYTHON = ["python3", "-I", "-c"];
const ENV = { PATH: "/usr/local/bin:/usr/bin:/bin" };

/** Why programs cannot be judged here, or `undefined`. What a model wrote is run in a confined room or not at all. */
export async function programObstacle(
  questions: readonly Question[],
  { commands, signal }: Pick<CheckContext, "commands" | "signal">,
): Promise<string | undefined> {
  if (!questions.some(({ program }) => program !== undefined)) return undefined;
  if (commands === undefined) return "programs are written by the model, and none may be started here";
  if ("why" in commands.confined)
    return `programs that a model wrote are run in a confined room only, and there is none: ${commands.confined.why}`;
  const trial = await commands.confined.run([...PYTHON, "pass"], { timeoutMs: LIMIT_MS, env: ENV, signal });
  return trial.ok ? undefined : `there is no Python to run programs with: ${trial.stderr.trim().slice(-200)}`;
}

/** Whether the completed function passes its test. A program that does not end within ten seconds does not. */
export async function passesTest(
  program: NonNullable<Question["program"]>,
  text: string,
  { commands, signal }: Pick<CheckContext, "commands" | "signal">,
): Promise<{ readonly got: string; readonly right: boolean }> {
  if (commands === undefined || "why" in commands.confined) throw new Error("asked to run a program where there is no room for it");
  const source = `${completed(program, text)}\n\n${program.test}\n\ncheck(${program.entry})\n`;
  const answer = await commands.confined.run([...PYTHON, source], { timeoutMs: LIMIT_MS, env: ENV, signal });
  if (answer.ok) return { got: "passes", right: true };
  const last = answer.stderr.trim().split("\n").at(-1) ?? "";
  return { got: answer.timedOut ? "does not end" : last === "" ? `exit code ${answer.exitCode ?? "unknown"}` : last, right: false };
}

/** The code block of the answer, or all of it; after the prompt where it is the body alone. */
function completed({ prompt, entry }: NonNullable<Question["program"]>, text: string): string {
  const said = withoutThoughts(text);
  const code = /```(?:python|py)?\s*\n([\s\S]*?)```/.exec(said)?.[1] ?? said;
  return new RegExp(`^\\s*(?:async\\s+)?def\\s+${entry}\\b`, "m").test(code)
    ? `${prompt.slice(0, prompt.indexOf(`def ${entry}`))}\n${code}`
    : `${prompt}${code}`;
}
