import arithmetic from "./accuracy/arithmetic.json" with { type: "json" };

/** A question that every model has something to say to; different for different `index`. */
export function plainQuestion(index: number): string {
  return arithmetic[index % arithmetic.length]?.question ?? "How much is 2 + 2?";
}
