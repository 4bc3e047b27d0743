export { bundle, choose, type BundleFile, type Chosen } from "./bundle.ts";
export { scrubber, type Scrub } from "./scrub.ts";
