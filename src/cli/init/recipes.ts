import { readFile, readdir } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** A configuration that ships with Servegate. */
export interface Recipe {
  readonly name: string;
  /** Its first comment. */
  readonly about: string;
  readonly text: string;
}

/** The recipes in `workflows/recipes`, beside the bundle or the sources, by name. */
export async function recipes(): Promise<Recipe[]> {
  const here = fileURLToPath(import.meta.url);
  const folder = resolve(dirname(here), here.endsWith(".ts") ? "../../../workflows/recipes" : "../workflows/recipes");
  const names = (await readdir(folder)).filter((name) => name.endsWith(".yml")).sort();
  return Promise.all(
    names.map(async (file) => {
      const text = await readFile(resolve(folder, file), "utf8");
      const about = /^# ?(.*)/.exec(text)?.[1] ?? "";
      return { name: file.replace(/\.yml$/, ""), about, text };
    }),
  );
}
