"""Reference values for what src/stats knows of variances, robust centres and change points. Writes variances.json beside this file.

    python -m venv venv && venv/bin/pip install scipy==1.17.1 statsmodels==0.15.0 && venv/bin/python test/stats/variances.py && npx oxfmt test/stats/variances.json
"""

import json
import pathlib

import numpy as np
import scipy
import statsmodels
from scipy import optimize, special, stats
from statsmodels.formula.api import ols
from statsmodels.robust.norms import HuberT, estimate_location
from statsmodels.stats.anova import anova_lm

rng = np.random.default_rng(20261122)
TUNING = 1.345


def floats(values):
    return [float(value) for value in values]


def drawn(size, spread=1.0):
    return floats(np.round(rng.standard_t(5, size) * spread, 6))


def huber(values, scale):
    values = np.array(values)
    centre = float(estimate_location(values, scale, norm=HuberT(TUNING), maxiter=10_000, tol=1e-15))
    norm = HuberT(TUNING)
    standard = (values - centre) / scale
    psi, slope = norm.psi(standard), norm.psi_deriv(standard)
    factor = 1 + np.var(slope) / (len(values) * np.mean(slope) ** 2)
    variance = factor**2 * np.sum((psi * scale) ** 2) / (len(values) - 1) / np.mean(slope) ** 2
    return {"values": floats(values), "scale": scale, "value": centre, "share": float(np.mean(slope)), "variance": float(variance)}


def components(groups):
    data = {"y": [y for group in groups for y in group], "g": [str(i) for i, group in enumerate(groups) for _ in group]}
    table = anova_lm(ols("y ~ C(g)", data=data).fit())
    between, within = table["mean_sq"].iloc[0], table["mean_sq"].iloc[1]
    sizes = np.array([len(group) for group in groups])
    size = (sizes.sum() - (sizes**2).sum() / sizes.sum()) / (len(groups) - 1)
    return {"groups": groups, "between": float(max(0.0, (between - within) / size)), "within": float(within)}


def prior(variances, dfs):
    variances, dfs = np.array(variances), np.array(dfs)
    logs = np.log(variances) - special.digamma(dfs / 2) + np.log(dfs / 2)
    excess = np.var(logs, ddof=1) - np.mean(special.polygamma(1, dfs / 2))
    row = {"samples": [{"variance": float(v), "df": int(d)} for v, d in zip(variances, dfs)]}
    if excess <= 0:
        return {**row, "variance": float(np.exp(np.mean(logs))), "df": None}
    half = optimize.brentq(lambda x: special.polygamma(1, x) - excess, 1e-3, 1e6, xtol=1e-14, rtol=1e-15)
    return {**row, "variance": float(np.exp(np.mean(logs) + special.digamma(half) - np.log(half))), "df": float(2 * half)}


def welch_df(a, b):
    parts = [{"variance": float(np.var(x, ddof=1) / len(x)), "df": len(x) - 1} for x in (a, b)]
    return {"parts": parts, "df": float(stats.ttest_ind(a, b, equal_var=False).df)}


def change_points(values, p=0.001, least=4, start=0):
    n = len(values)
    splits = n - 2 * least + 1
    if splits <= 0:
        return []
    tests = [stats.ttest_ind(values[:at], values[at:]) for at in range(least, n - least + 1)]
    best = int(np.argmin([test.pvalue for test in tests]))
    if tests[best].pvalue * splits > p:
        return []
    at = best + least
    return [*change_points(values[:at], p, least, start), start + at, *change_points(values[at:], p, least, start + at)]


def series(levels, size=9, spread=1.0):
    return floats(np.round(np.concatenate([level + rng.normal(0, spread, size) for level in levels]), 6))


FACTORS = {2: 1.196, 3: 1.495, 4: 1.363, 5: 1.206, 6: 1.2, 7: 1.14, 8: 1.129, 9: 1.107}
samples = [drawn(size) for size in (2, 3, 4, 5, 6, 9, 12, 25)]
seriess = [series([0, 0]), series([0, 5]), series([0, 4, 0]), series([0, -6, -6, 3]), series([1])]

vectors = {
    "made with": {"scipy": scipy.__version__, "statsmodels": statsmodels.__version__, "numpy": np.__version__},
    "digamma": [[x, float(special.digamma(x))] for x in (0.01, 0.5, 1, 1.5, 2, 7.3, 10, 200, 1e5)],
    "trigamma": [[x, float(special.polygamma(1, x))] for x in (0.01, 0.5, 1, 1.5, 2, 7.3, 12, 200, 1e5)],
    "trigammaInverse": [
        [y, float(optimize.brentq(lambda x: special.polygamma(1, x) - y, 1e-6, 1e9, xtol=1e-16, rtol=1e-15))] for y in (1e-4, 0.01, 0.3, 1, 5, 900)
    ],
    "huber": [huber(values, scale) for values in samples[1:] for scale in (0.4, 1.0, 3.0)],
    "medianDeviation": [
        {"values": values, "value": float(stats.median_abs_deviation(values, scale="normal") * FACTORS.get(len(values), len(values) / (len(values) - 0.8)))}
        for values in samples
    ],
    "varianceComponents": [
        components([drawn(3), drawn(3), drawn(3)]),
        components([[x + 4 for x in drawn(4)], drawn(2), drawn(7), [x - 3 for x in drawn(3)]]),
        components([[x + 2 for x in drawn(2)], drawn(5)]),
    ],
    "variancePrior": [
        prior(np.round(rng.chisquare(4, 24) / 4, 6), np.full(24, 4)),
        prior(np.round(rng.chisquare(3, 40) / 3 * rng.choice([0.2, 1, 5], 40), 6), np.full(40, 3)),
        prior(np.round(rng.chisquare(6, 9) / 6 * rng.choice([0.1, 1], 9), 6), np.array([2, 3, 4, 5, 6, 7, 8, 9, 10])),
    ],
    "satterthwaite": [welch_df(drawn(4), drawn(9, 3)), welch_df(drawn(12), drawn(3, 0.2))],
    "sequentialP": [
        [p, t, float(min(1.0, 2 * stats.norm.sf(stats.norm.isf(p) * np.sqrt(t)))) if p < 0.5 else 1.0]
        for p in (1e-12, 1e-4, 0.01, 0.3, 0.5, 0.9)
        for t in (0.1, 0.25, 0.6, 1.0)
    ],
    "changePoints": [{"values": values, "at": change_points(values)} for values in seriess],
}

path = pathlib.Path(__file__).with_name("variances.json")
path.write_text(json.dumps(vectors, indent=1) + "\n")
