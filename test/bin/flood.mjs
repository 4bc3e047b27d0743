// Prints argv[2] MiB: as lines, or as one line with argv[3] = "one-line".
const [megabytes, how] = process.argv.slice(2);
const chunk = Buffer.alloc(1024 * 1024, how === "one-line" ? "x" : `${"x".repeat(1023)}\n`);
for (let left = Number(megabytes); left > 0; left -= 1) {
  if (!process.stdout.write(chunk)) await new Promise((resolve) => process.stdout.once("drain", resolve));
}
process.stdout.write("\nthe last line\n");
