import { spawn } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { freePort } from "../../src/server/place.ts";
import type { FakeGitHub } from "../fakes/github.ts";
import type { Tools } from "./tools.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const STAND_INS = join(import.meta.dirname, "stand-ins");

/** Every action that a shipped workflow uses, with the commit it is pinned to, and what runs in its place. */
const LOCAL = {
  "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1": join(STAND_INS, "checkout"),
  "actions/upload-artifact@043fb46d1a93c77aae656e7c1c64a875d1fc6a0a": join(STAND_INS, "upload-artifact"),
  "actions/download-artifact@3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c": join(STAND_INS, "download-artifact"),
  "actions/github-script@ed597411d8f924073f98dfc5c65a23a2325f34cd": join(STAND_INS, "github-script"),
};

/** No run takes a minute; act has no limit of its own. */
const LIMIT_MS = 120_000;

export interface Job {
  readonly workflow: string;
  readonly event: string;
  readonly payload: unknown;
  readonly runId: number;
}

export interface ActResult {
  readonly exitCode: number | null;
  readonly output: string;
}

/** Runs workflows of one repository by act on this machine, against a loopback GitHub and act's own artifact server. */
export class Act {
  readonly #tools: Tools;
  readonly #github: FakeGitHub;
  readonly #folder: string;
  readonly #repository: string;

  constructor(tools: Tools, github: FakeGitHub, folder: string, repository: string) {
    this.#tools = tools;
    this.#github = github;
    this.#folder = folder;
    this.#repository = repository;
    for (const name of ["home", "bin"]) mkdirSync(join(folder, name), { recursive: true });
    // The committed action and nothing else of this repository.
    for (const path of ["action.yml", "dist"]) cpSync(join(ROOT, path), join(folder, "action", path), { recursive: true });
    // The workflows install the user's engine; the rehearsal engine needs nothing.
    writeFileSync(join(folder, "bin/pip"), '#!/bin/sh\necho "pip $*"\n');
    chmodSync(join(folder, "bin/pip"), 0o755);
  }

  /** Folder of the zip files that a run has left. */
  artifactsOf(runId: number): string {
    return join(this.#folder, "artifacts", String(runId));
  }

  async run({ workflow, event, payload, runId }: Job): Promise<ActResult> {
    const payloadFile = join(this.#folder, `event-${runId}.json`);
    writeFileSync(payloadFile, JSON.stringify(payload));
    mkdirSync(this.artifactsOf(runId), { recursive: true });
    const local = { ...LOCAL, "servegate/servegate@v0": join(this.#folder, "action") };
    const env = {
      GITHUB_API_URL: this.#github.url,
      GITHUB_GRAPHQL_URL: `${this.#github.url}/graphql`,
      GITHUB_RUN_ID: String(runId),
      RUNNER_ENVIRONMENT: "self-hosted",
      TEST_REPOSITORY: this.#repository,
      TEST_PACKAGES: this.#tools.packages,
    };
    const options: [string, ...string[]][] = [
      ["--workflows", `.github/workflows/${workflow}`],
      ["--eventpath", payloadFile],
      ...["ubuntu-24.04", "self-hosted", "b200"].map((label): [string, string] => ["--platform", `${label}=-self-hosted`]),
      ...Object.entries(local).map(([action, path]): [string, string] => ["--local-repository", `https://github.com/${action}=${path}`]),
      ...Object.entries(env).map(([name, value]): [string, string] => ["--env", `${name}=${value}`]),
      ["--secret", "GITHUB_TOKEN=ghs_0123456789abcdef"],
      ["--concurrent-jobs", "2"],
      ["--pull=false"],
      ["--no-cache-server"],
      ["--no-skip-checkout"],
      ["--use-new-action-cache"],
      ["--action-offline-mode"],
      ["--action-cache-path", join(this.#folder, "home/act")],
      ["--artifact-server-path", join(this.#folder, "artifacts")],
      ["--artifact-server-addr", "127.0.0.1"],
      ["--artifact-server-port", String(await freePort())],
    ];
    const args = [event, ...options.flat()];
    const child = spawn(this.#tools.act, args, {
      cwd: this.#repository,
      env: {
        PATH: `${join(this.#folder, "bin")}:${process.env["PATH"] ?? ""}`,
        HOME: join(this.#folder, "home"),
        XDG_CACHE_HOME: join(this.#folder, "home/cache"),
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const timer = setTimeout(() => child.kill("SIGKILL"), LIMIT_MS);
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
    return new Promise((settle, fail) => {
      child.on("error", fail);
      child.on("close", (exitCode) => {
        clearTimeout(timer);
        settle({ exitCode, output });
      });
    });
  }

  /** The artifacts of a run as the loopback GitHub lists them. */
  artifacts(runId: number): { readonly id: number; readonly name: string; readonly zip: string }[] {
    return readdirSync(this.artifactsOf(runId), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(".zip"))
      .map((entry, i) => ({ id: runId * 100 + i, name: entry.name.replace(/\.zip$/, ""), zip: join(entry.parentPath, entry.name) }));
  }
}
