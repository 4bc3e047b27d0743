import type { FlagSpelling } from "../flags.ts";

export const transformersFlags: FlagSpelling = {
  underscores: false,
  aliases: { "--no-continuous-batching": "--continuous-batching", "--no-compile": "--compile" },
  reserved: ["--host", "--port"],
};
