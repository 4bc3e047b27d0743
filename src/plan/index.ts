export { type Knowledge, plan } from "./plan.ts";
