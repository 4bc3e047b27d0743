export { commandLine } from "./quote.ts";
export { formatOf, formats, markdown } from "./formats/index.ts";
export type { Format, FormatId, RenderOptions } from "./formats/index.ts";
export type * from "./shape.ts";
export { view } from "./view.ts";
