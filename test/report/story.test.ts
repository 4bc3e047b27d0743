import { expect, it } from "vitest";
import { formatOf } from "../../src/report/index.ts";
import { story } from "../fakes/story.ts";
import { doubtful, viewOf } from "../fakes/views.ts";

// Whole reports, kept as files so that a change of wording is read by a person.
it.each([
  ["markdown", "story.md"],
  ["terminal", "story.txt"],
  ["junit", "story.xml"],
] as const)("tells the story of SGLang #12067 in %s", async (id, file) => {
  await expect(formatOf(id).render(viewOf(story({ simulated: true })))).toMatchFileSnapshot(`./snapshots/${file}`);
});

it("tells an interrupted and doubtful run in a terminal", async () => {
  await expect(formatOf("terminal").render(viewOf(doubtful()))).toMatchFileSnapshot("./snapshots/doubtful.txt");
});
