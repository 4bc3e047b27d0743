import manifest from "../../package.json" with { type: "json" };

/** Version of this harness, as recorded in every run. */
export const HARNESS_VERSION: string = manifest.version;
