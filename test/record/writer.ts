/**
 * A program that writes a run's folder, for tests that take its disk or its life away.
 *
 *     node writer.ts DIR fill    appends until the disk refuses, prints what it was told, appends and saves once more
 *     node writer.ts DIR wait    appends a cell and a half, prints "ready", then waits to be killed
 */
import { fold, openRunFolder } from "../../src/record/index.ts";
import { aStream } from "./events.ts";

const [, , dir = "", mode = ""] = process.argv;
const folder = await openRunFolder(dir);
const events = aStream();

if (mode === "fill") {
  const [start, ...rest] = events;
  if (start !== undefined) folder.append(start);
  const told: string[] = [];
  for (let round = 0; round < 1_000 && told.length === 0; round += 1)
    for (const event of rest) {
      try {
        folder.append(event);
      } catch (error) {
        told.push(String(error));
        break;
      }
    }
  const record = fold(events);
  if (record !== undefined)
    await folder
      .save({ ...record, skipped: Array.from({ length: 500 }, () => record.skipped).flat() })
      .catch((error: unknown) => told.push(String(error)));
  await folder.close();
  process.stdout.write(told.join("\n"));
} else {
  for (const event of events.slice(0, -4)) folder.append(event);
  process.stdout.write("ready");
  setInterval(() => undefined, 1_000);
}
