"""Reference values for src/stats, from scipy and statsmodels. Writes vectors.json beside this file.

    python -m venv venv && venv/bin/pip install scipy==1.17.1 statsmodels==0.15.0 && venv/bin/python test/stats/vectors.py && npx oxfmt test/stats/vectors.json
"""

import json
import pathlib

import numpy as np
import scipy
import statsmodels
from scipy import special, stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

rng = np.random.default_rng(20261121)


def floats(values):
    return [float(value) for value in values]


def samples(size):
    return floats(np.round(rng.lognormal(3, 0.5, size), 6))


def welch(a, b):
    compare = CompareMeans(DescrStatsW(b), DescrStatsW(a))
    low, high = compare.tconfint_diff(usevar="unequal")
    return {"before": a, "after": b, "value": float(np.mean(b) - np.mean(a)), "low": float(low), "high": float(high)}


def mean_interval(a):
    low, high = DescrStatsW(a).tconfint_mean()
    return {"values": a, "value": float(np.mean(a)), "low": float(low), "high": float(high)}


def mcnemar_power(pairs, worse, better):
    """Power of the exact test at 5 % two-sided: the sum over every table that can come."""
    power = 0.0
    for m in range(pairs + 1):
        lost = np.arange(m + 1)
        found = (2 * lost > m) & (np.minimum(1, 2 * stats.binom.cdf(m - lost, m, 0.5)) < 0.05)
        power += stats.binom.pmf(m, pairs, worse + better) * stats.binom.pmf(lost[found], m, worse / (worse + better)).sum()
    return float(power)


sets = [samples(size) for size in (1, 2, 3, 7, 20, 101)]
p_values = floats(np.round(rng.uniform(0, 0.2, 12), 6))

vectors = {
    "made with": {"scipy": scipy.__version__, "statsmodels": statsmodels.__version__, "numpy": np.__version__},
    "logGamma": [[x, float(special.gammaln(x))] for x in (0.1, 0.5, 1, 1.5, 2.5, 7, 10, 55.5, 1000, 1e6)],
    "incompleteBeta": [
        [x, a, b, float(special.betainc(a, b, x))]
        for x in (1e-6, 0.1, 0.3, 0.5, 0.77, 0.999)
        for a, b in ((0.5, 0.5), (1, 3), (5, 2), (30, 40), (1.5, 200), (1000, 1200))
    ],
    "normalCdf": [[z, float(special.ndtr(z))] for z in (-12, -6, -3.2, -2.9, -1.96, -0.5, 0, 0.1, 1, 2.5, 2.99, 3.01, 5)],
    "normalQuantile": [[p, float(special.ndtri(p))] for p in (1e-12, 1e-4, 0.025, 0.2, 0.5, 0.7, 0.9, 0.975, 0.9999)],
    "studentCdf": [[t, df, float(stats.t.cdf(t, df))] for t in (-40, -3, -0.7, 0, 0.2, 2, 9) for df in (1, 1.7, 2, 5, 30, 1000)],
    "studentQuantile": [[p, df, float(stats.t.ppf(p, df))] for p in (0.0005, 0.025, 0.3, 0.5, 0.8, 0.975, 0.9999) for df in (1, 1.7, 2, 4, 9, 60, 5000)],
    "binomialCdf": [[k, n, p, float(stats.binom.cdf(k, n, p))] for k, n, p in ((0, 1, 0.5), (0, 10, 0.1), (3, 10, 0.4), (9, 10, 0.9), (150, 400, 0.4), (367, 368, 0.99))],
    "clopperPearson": [[k, n, *floats(proportion_confint(k, n, method="beta"))] for k, n in ((1, 2), (1, 7), (5, 9), (60, 80), (190, 200))],
    "wilson": [[k, n, *floats(proportion_confint(k, n, method="wilson"))] for k, n in ((0, 5), (5, 5), (1, 7), (95, 100), (1300, 1319))],
    # The whole table up to twelve discordant pairs, then some of the sizes that benchmarks give.
    "mcnemarExact": [
        [b, c, float(mcnemar([[50, b], [c, 20]], exact=True).pvalue)]
        for b, c in [(b, n - b) for n in range(1, 13) for b in range(n + 1)] + [(30, 12), (20, 7), (7, 20), (60, 40), (100, 100), (400, 330)]
    ],
    "mcnemarMidP": [
        [b, c, float(stats.binom.sf(b, b + c, 0.5) + stats.binom.pmf(b, b + c, 0.5) / 2)]
        for b, c in ((0, 1), (1, 0), (5, 1), (20, 7), (7, 20), (130, 100))
    ],
    "mcnemarPower": [
        [n, worse, better, mcnemar_power(n, worse, better)]
        for n, worse, better in ((200, 0.05, 0.005), (1319, 0.015, 0.005), (1319, 0.005, 0.005), (500, 0.03, 0.0), (50, 0.4, 0.1))
    ],
    "fisherExact": [
        [k, n, other, total, float(stats.fisher_exact([[k, n - k], [other, total - other]], alternative="greater").pvalue)]
        for k, n, other, total in ((0, 5, 0, 5), (5, 12, 0, 24), (8, 24, 0, 48), (8, 24, 16, 48), (3, 10, 9, 10), (24, 24, 1, 48), (1, 1, 0, 1))
    ],
    "quantile": [[values, q, float(np.quantile(values, q))] for values in sets for q in (0, 0.25, 0.5, 0.9, 0.99, 1)],
    "variance": [[values, float(np.var(values, ddof=1))] for values in sets[1:]],
    "meanInterval": [mean_interval(values) for values in sets[1:]],
    "welch": [welch(sets[1], sets[2]), welch(sets[2], sets[3]), welch(sets[4], sets[3]), welch(sets[4], sets[5])],
    "benjaminiHochberg": {"p": p_values, "adjusted": floats(multipletests(p_values, method="fdr_bh")[1])},
    # Ranks of the order statistics that bound a quantile: the widest that keep each tail within 2.5 %.
    "quantileRanks": [
        [n, q, int(stats.binom.ppf(0.025, n, q)), int(stats.binom.ppf(0.975, n, q)) + 1]
        for n, q in ((20, 0.5), (100, 0.5), (101, 0.9), (368, 0.99), (1000, 0.99), (4000, 0.999))
    ],
}

path = pathlib.Path(__file__).with_name("vectors.json")
path.write_text(json.dumps(vectors, indent=1) + "\n")
