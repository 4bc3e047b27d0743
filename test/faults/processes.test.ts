import { describe, expect } from "vitest";
import { tiersHere } from "../shell/support.ts";
import { cases, type Case } from "./case.ts";
import type { Ran } from "./run-case.ts";

const tiers = await tiersHere();

/** The same fault in every tier that works here. */
function everywhere(list: readonly Omit<Case, "tier">[]): Case[] {
  return list.flatMap((one) => tiers.map((tier) => ({ ...one, tier, title: `${one.title}, ${tier}` })));
}

const QUICK = { accuracy: "[{ dataset: arithmetic, questions: 2 }]", throughput: "" };
const stopped =
  (how: string) =>
  ({ record }: Ran): void =>
    expect(record?.cells[0]?.launches[0]?.stop).toMatchObject({ how, leftovers: [] });

describe("a server whose processes do not want to go", () => {
  cases(
    everywhere([
      {
        id: "#32",
        title: "it ignores SIGTERM",
        server: { keeps: ["ignores-term"], dies: { after: 1000 } },
        config: QUICK,
        want: { class: "pass", exitCode: 0 },
        exempt: { deadlineMs: 35_000 },
        after: stopped("killed"),
      },
      {
        id: "#33",
        title: "a grandchild has a session of its own",
        server: { keeps: ["session"] },
        config: QUICK,
        want: { class: "pass", exitCode: 0 },
        after: stopped("graceful"),
      },
      {
        id: "#34",
        title: "a worker is stopped (SIGSTOP)",
        server: { keeps: ["stopped"] },
        config: QUICK,
        want: { class: "pass", exitCode: 0 },
        after: stopped("graceful"),
      },
      {
        id: "#35",
        title: "it is killed without a word, as by the kernel when memory runs out",
        server: { dies: { after: 20, signal: "SIGKILL" } },
        config: QUICK,
        launch: "ready-timeout: 15s, stall-timeout: 10s, request-timeout: 2s",
        want: { class: "broken", exitCode: 1, says: /SIGKILL/ },
      },
      {
        id: "#36",
        title: "it makes forty children, half of them in sessions of their own",
        server: { keeps: ["bomb"] },
        config: QUICK,
        want: { class: "pass", exitCode: 0 },
        exempt: { deadlineMs: 35_000 },
        after: stopped("graceful"),
      },
    ]),
  );
});

describe.runIf(tiers.includes("sealed"))("a server that cannot bear namespaces of its own", () => {
  const picky = {
    server: {
      exitsInside: [
        "ncclSystemError: System call (e.g. socket, malloc) or external library call failed or device error.",
        "torch.distributed.DistBackendError: NCCL error in: ProcessGroupNCCL.cpp:3356, unhandled system error",
      ],
    },
    config: QUICK,
  };
  cases([
    {
      ...picky,
      id: "#36",
      title: "is launched once more outside them, and the report says so",
      env: { SERVEGATE_ISOLATION: "" },
      want: { class: "pass", exitCode: 0, says: /died in collective set-up \(nccl\) inside the isolation/ },
      after: ({ record }) => {
        expect(record?.cells[0]?.voided?.map(({ launch }) => launch.number)).toEqual([1]);
        expect(record?.cells[0]?.launches.map(({ number, outcome }) => [number, outcome.state])).toEqual([[2, "measured"]]);
      },
    },
    {
      ...picky,
      id: "#36",
      title: "is not launched outside where the configuration demands them",
      tier: "sealed",
      want: { failure: "nccl" },
      after: ({ record, conclusion }) => {
        expect(record?.cells[0]?.launches).toHaveLength(1);
        expect(conclusion?.verdict.exitCode).not.toBe(0);
      },
    },
  ]);
});
