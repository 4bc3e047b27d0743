import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Site } from "../engines/index.ts";

/** Where the programs that ship with Servegate lie: beside the bundle, or in the sources when they are run as they are. */
export function site(): Site {
  const here = fileURLToPath(import.meta.url);
  const rehearsal = here.endsWith(".ts") ? resolve(dirname(here), "../rehearsal/main.ts") : resolve(dirname(here), "rehearsal.js");
  return { rehearsal: [process.execPath, rehearsal] };
}
