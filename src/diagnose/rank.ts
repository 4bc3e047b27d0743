import { SPECIFICITY } from "./signature.ts";
import type { Hit } from "./hits.ts";
import type { Sighting } from "./match.ts";
import type { Cluster } from "./cluster.ts";
import { hunch } from "./hunch.ts";

/** A message at INFO or WARNING is believed only when it is this much more precise than a general error: healthy logs hold many. */
const HINT_MARGIN = 10;

/** Hits below this tell what became of a process; an error that nobody knows tells more. */
const ERRORS = 21;

/** What a log's hits come to. */
export type Ranking =
  | { readonly kind: "signature"; readonly root: Hit; readonly sameClass: readonly Hit[]; readonly sure: boolean }
  | { readonly kind: "cluster"; readonly cluster: Cluster; readonly wrapper: Hit | undefined }
  | { readonly kind: "nothing" };

/**
 * Root cause over symptom. The class comes from the most specific cause, then the earliest. Where no message is precise, whoever
 * noticed most specifically decides, be it a detector or a symptom that tells the fault it reports; hints count only where
 * something did go wrong, and wrappers only where nothing else speaks. Within the class the most specific hit gives title and
 * remedies. `badExit` is positive evidence that the server did not survive.
 */
export function rank(sighting: Sighting, badExit: boolean): Ranking {
  const live = sighting.hits.filter((hit) => hit.level !== "note" && !survived(hit, sighting));
  const told = live.filter((hit) => !hit.hint);
  const causes = told.filter((hit) => hit.level === "cause");
  const symptoms = told.filter((hit) => hit.level === "symptom");
  const precise = causes.filter((hit) => hit.from.specificity >= SPECIFICITY.general);
  const noticed = [
    ...causes.filter((hit) => hit.from.specificity >= ERRORS),
    ...symptoms.filter((hit) => hit.from.specificity >= SPECIFICITY.detector),
  ];
  const clusters = unexplained(sighting, told);
  const wrong = told.length > 0 || clusters.some((cluster) => cluster.grave || cluster.dying) || badExit;
  const hints = wrong
    ? live.filter((hit) => hit.hint && hit.level === "cause" && hit.from.specificity > SPECIFICITY.general + HINT_MARGIN)
    : [];
  const chosen = best(precise) ?? best(noticed) ?? best(hints);
  const inside = chosen === undefined ? undefined : carriedBy(chosen, clusters);
  if (inside !== undefined) return { kind: "cluster", cluster: inside, wrapper: chosen };
  if (chosen !== undefined) {
    const sameClass = live.filter((hit) => hit.class === chosen.class && (!hit.hint || chosen.hint));
    return { kind: "signature", root: best(sameClass) ?? chosen, sameClass, sure: !chosen.hint && chosen.level === "cause" };
  }
  const wrapper = best([...causes, ...symptoms]);
  // A traceback that the log cuts off names no error; who noticed is then the better answer, unless its frames tell.
  const telltale = (one: Cluster): boolean => !one.cut || wrapper === undefined || hunch(one) !== undefined;
  const cluster = clusters.find((one) => one.grave && telltale(one)) ?? (wrong && wrapper === undefined ? telling(clusters) : undefined);
  if (cluster !== undefined) return { kind: "cluster", cluster, wrapper };
  if (wrapper !== undefined)
    return {
      kind: "signature",
      root: wrapper,
      sameClass: told.filter((hit) => hit.class === wrapper.class),
      sure: wrapper.level === "cause",
    };
  return { kind: "nothing" };
}

/** A server that went on to serve was not stopped by what it printed before. */
export function survived(hit: Hit, { timeline }: Sighting): boolean {
  if (hit.from.startupOnly === true && timeline.alive > 0) return true;
  return hit.from.fatal !== true && hit.at < timeline.alive;
}

/**
 * Clusters whose error no signature speaks for and that the server did not survive. A wrapper at a traceback's head says nothing
 * about its end. A failed request does not stop a server.
 */
function unexplained({ clusters, timeline }: Sighting, told: readonly Hit[]): readonly Cluster[] {
  return clusters.filter(
    (cluster) =>
      cluster.to >= timeline.alive &&
      !(timeline.alive > 0 && cluster.request) &&
      !told.some(
        (hit) =>
          (hit.at === cluster.to && !(cluster.carried && hit.from.specificity <= SPECIFICITY.detector)) ||
          (!cluster.carried && hit.at >= cluster.from && hit.at < cluster.to && hit.from.specificity >= SPECIFICITY.detector),
      ),
  );
}

/** Of mere ERROR lines the first that points to a class, or the first. */
function telling(clusters: readonly Cluster[]): Cluster | undefined {
  return clusters.find((cluster) => hunch(cluster) !== undefined) ?? clusters[0];
}

/** A detector's line may carry the message of what it detected; where that tells a class, it is the better answer. */
function carriedBy(detector: Hit, clusters: readonly Cluster[]): Cluster | undefined {
  if (detector.from.specificity > SPECIFICITY.detector) return undefined;
  return clusters.find((cluster) => {
    if (!cluster.carried || cluster.to !== detector.at) return false;
    const told = hunch({ ...cluster, lines: [] })?.class;
    // A peer that went away during capture is told by whoever captured; and a model that got so far is supported.
    return told !== undefined && told !== "nccl" && told !== "unsupported-model" && told !== detector.class;
  });
}

function best(hits: readonly Hit[]): Hit | undefined {
  return hits.toSorted((a, b) => b.from.specificity - a.from.specificity || a.at - b.at)[0];
}
