import { explain } from "@renovatebot/pep440";
import type { Config, Problem } from "../model/index.ts";

/** What is wrong with how the server is to be launched, whatever the cells. */
export function launchProblems(config: Config): Problem[] {
  return [...versionProblems(config), ...rehearsalProblems(config), ...commandProblems(config), ...attachProblems(config)];
}

export function isVersion(text: string): boolean {
  return explain(text) !== null;
}

function versionProblems({ engineVersion }: Config): Problem[] {
  if (engineVersion === undefined || isVersion(engineVersion)) return [];
  return [
    {
      path: "engine-version",
      message: `"${engineVersion}" is not a version`,
      hint: "Write a release such as 0.5.18, or leave it out to have the engine asked.",
    },
  ];
}

function rehearsalProblems({ engine, rehearsal }: Config): Problem[] {
  if (engine !== "rehearsal" || rehearsal !== undefined) return [];
  return [
    {
      path: "rehearsal",
      message: "the rehearsal engine needs a dialect and a scenario",
      hint: "rehearsal: { dialect: sglang, scenario: healthy }",
    },
  ];
}

function commandProblems({ engine, launch }: Config): Problem[] {
  if (engine !== "command" || launch.url !== undefined) return [];
  const command = launch.command ?? [];
  if (command.length === 0) {
    return [
      {
        path: "launch.command",
        message: "the command engine needs its whole command line",
        hint: "launch: { command: [my-server, --port, '{port}'] }",
      },
    ];
  }
  const said = [...command, ...launch.args, ...Object.values(launch.env)];
  if (said.some((item) => item.includes("{port}"))) return [];
  return [
    {
      path: "launch.command",
      message: "nothing in it takes the port to listen on",
      hint: "Write {port} where the server's port goes, in command, args or env.",
    },
  ];
}

function attachProblems({ launch, matrix }: Config): Problem[] {
  const varied = Object.keys(matrix.axes).length + matrix.include.length;
  if (launch.url === undefined || varied === 0) return [];
  return [
    {
      path: "matrix",
      message: "a server that is attached to cannot be relaunched with other settings",
      hint: "Remove launch.url, or the matrix.",
    },
  ];
}
