export type { ApiOptions } from "./api.ts";
export { factsOf, marker, type CommentFacts } from "./body.ts";
export type { Annotation, Conclusion } from "./check-run.ts";
export type { CommentMode } from "./comment.ts";
export { placeOf, type Measured, type Place } from "./place.ts";
export { publisher, type Publication, type Publisher } from "./publish.ts";
export { ApiError } from "./trouble.ts";
