// Lives until its parent is gone, and then writes a file. argv: the file.
import { writeFileSync } from "node:fs";
import { watchParent } from "../../src/shell/index.ts";

setInterval(() => undefined, 1000);
watchParent(() => {
  writeFileSync(process.argv[2] ?? "", "gone");
  process.exit(0);
});
process.stdout.write("up\n");
