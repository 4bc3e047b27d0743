export { ApiError, type ApiOptions } from "./api.ts";
export type { Conclusion } from "./check-run.ts";
export { marker } from "./comment.ts";
export { placeOf, type Place } from "./place.ts";
export { publisher, type Publication, type Publisher } from "./publish.ts";
