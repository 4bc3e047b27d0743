import { error, setFailed } from "@actions/core";
import { EXIT } from "../model/index.ts";
import { StorageError } from "../record/index.ts";
import { post } from "./post.ts";
import { runMode } from "./run.ts";

/** One bundle serves both steps: `dist/post.js` sets the mark and loads it. */
async function entrance(): Promise<void> {
  try {
    if (process.env["STATE_isPost"] === "true") await post();
    else await runMode();
  } catch (cause) {
    if (cause instanceof StorageError) {
      setFailed(`Infrastructure, not your change: ${cause.message}`);
      process.exitCode = EXIT.infra;
      return;
    }
    const bug = cause instanceof Error ? cause : new Error(String(cause));
    error(bug.stack ?? bug.message);
    setFailed("This is a bug in Servegate. What was measured so far is in the output folder.");
    process.exitCode = EXIT.bug;
  }
}

await entrance();
// A stray handle must not hold the job; everything that matters has been awaited.
process.exit();
