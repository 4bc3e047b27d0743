import { validRange } from "@renovatebot/pep440";
import { z } from "zod";
import { FAILURE_CLASSES } from "../../model/index.ts";
import { leaf, literal, text } from "../leaves.ts";

// Gates, and the failures that are accepted.

export const gate = text(
  "`output_throughput drops no more than 3%`",
  "A condition on the numbers: `<metric> drops|rises no more than <amount> [and <amount>]`, in short `<metric> < +<amount>`, or `<metric> < <amount>`; for some cells with `when <axis>=<value>`.",
);

/** A gate that informs, now or until a day. */
export const gateEntry = z.strictObject({
  gate,
  informs: leaf(z.literal(true), "true", "informs: true", "Told in every report, and never decides.").optional(),
  quarantine: z
    .strictObject({
      owner: text('owner: "@team"', "Who works on it."),
      issue: leaf(
        z.url({ protocol: /^https?$/ }),
        "the address of an issue",
        "issue: https://github.com/OWNER/REPOSITORY/issues/1",
        "Where it is being worked on.",
      ),
      expires: leaf(z.iso.date(), "a day as YYYY-MM-DD", "expires: 2027-03-31", "Last day on which the gate only informs."),
    })
    .optional(),
});

/** `healthy` is no failure and cannot be expected as one. */
const failures = FAILURE_CLASSES.filter((name) => name !== "healthy") as [string, ...string[]];

export const expectedFailure = z.strictObject({
  when: leaf(
    z.record(z.string(), literal("on")),
    "a map of axis values",
    "when: { piecewise-cuda-graph: on }",
    "Axis values a cell must have.",
  ),
  class: leaf(z.enum(failures), "a failure class", "class: tma-descriptor", "The failure that is accepted."),
  versions: leaf(
    z.string().refine((range) => validRange(range)),
    "a range of versions",
    'versions: ">=0.5.9,<0.6"',
    "Engine versions it is known in, as PEP 440 writes them. Default every one.",
  ).optional(),
  issue: leaf(
    z.url({ protocol: /^https?$/ }),
    "the address of an issue",
    "issue: https://github.com/OWNER/REPOSITORY/issues/1",
    "Where it is being worked on.",
  ),
  expires: leaf(z.iso.date(), "a day as YYYY-MM-DD", "expires: 2027-03-31", "Last day on which the entry holds."),
});
