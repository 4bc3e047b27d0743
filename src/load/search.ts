/** What one load level showed. */
export interface Probe {
  /** Requests a second, or requests in flight. */
  readonly load: number;
  /** Share of requests, failed ones included, that met the bounds. */
  readonly attained: number;
}

export interface Search {
  readonly from: number;
  readonly to: number;
  /** Share of requests that must meet the bounds, such as 0.95. */
  readonly attain: number;
  /** Stops when the bracket is this narrow, as a share of its lower end. Default 0.1. */
  readonly precision?: number;
  /** Loads are whole numbers. */
  readonly whole?: boolean;
}

export interface Found {
  /** Highest load that met the bounds; absent when even the lowest did not. */
  readonly best?: Probe;
  /** Lowest load seen that did not; absent when even the highest met them. */
  readonly broken?: Probe;
  /** In the order in which they were tried. */
  readonly probes: readonly Probe[];
}

/**
 * Highest load that meets the bounds: doubles from `from` until it fails or `to` is reached, then halves the bracket on a logarithmic
 * scale. Assumes that attainment falls with load, as it does in any queue; noise at the edge moves the answer by about the precision.
 * A probe that is `undefined` (cancelled, or a server that died) ends the search with what is known.
 */
export async function searchLoad(search: Search, probe: (load: number) => Promise<Probe | undefined>): Promise<Found> {
  const { from, to, attain, precision = 0.1, whole = false } = search;
  const probes: Probe[] = [];
  let best: Probe | undefined;
  let broken: Probe | undefined;
  let next: number | undefined = from;
  while (next !== undefined) {
    const seen = await probe(next);
    if (seen === undefined) break;
    probes.push(seen);
    if (seen.attained >= attain) best = seen;
    else broken = seen;
    next = nextLoad(best?.load, broken?.load, { to, precision, whole });
  }
  return { probes, ...(best === undefined ? {} : { best }), ...(broken === undefined ? {} : { broken }) };
}

function nextLoad(
  best: number | undefined,
  broken: number | undefined,
  { to, precision, whole }: { readonly to: number; readonly precision: number; readonly whole: boolean },
): number | undefined {
  if (best === undefined) return undefined;
  if (broken === undefined) return best >= to ? undefined : Math.min(to, best * 2);
  if (broken <= best * (1 + precision) || (whole && broken - best <= 1)) return undefined;
  const middle = Math.sqrt(best * broken);
  return whole ? Math.min(broken - 1, Math.max(best + 1, Math.round(middle))) : middle;
}
