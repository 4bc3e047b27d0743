"""Two-step arithmetic word problems: one generator for the training text and the held-out questions.

A question is a sentence a child could solve in two steps; the worked answer spells both steps and ends in
`#### N`, the ending that GSM8K uses, so that one answer extractor serves both.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

NAMES = {
    "Mia": "She", "Tom": "He", "Ana": "She", "Leo": "He", "Zoe": "She", "Sam": "He", "Eva": "She", "Max": "He",
    "Amy": "She", "Ben": "He", "Ida": "She", "Jon": "He",
}
THINGS = ["apples", "books", "coins", "pens", "cards", "shells", "eggs", "stamps", "balls", "cups", "keys", "hats"]

# Each opening gives a first number; each step is (sentence, operator). The worked answer needs no other words.
GAINS = ["{she} buys {n} more.", "{she} finds {n} more.", "A friend gives {name} {n} more."]
LOSSES = ["{she} gives away {n}.", "{she} loses {n}.", "{she} sells {n}."]
LARGEST = 99


@dataclass(frozen=True)
class Problem:
    question: str
    worked: str
    answer: int

    @property
    def text(self) -> str:
        return f"Question: {self.question}\nAnswer: {self.worked}"


def problem(rng: random.Random) -> Problem:
    """Draw one problem whose numbers all stay within 0..LARGEST."""
    name = rng.choice(list(NAMES))
    she = NAMES[name]
    thing = rng.choice(THINGS)
    opening, first, steps = _opening(rng, name, thing)
    value, sentences, worked = first, [opening], list(steps)
    while len(worked) < 2:
        gain = rng.random() < 0.5
        if (gain and value > LARGEST - 2) or (not gain and value < 2):
            gain = not gain
        n = rng.randint(1, min(60, LARGEST - value)) if gain else rng.randint(1, min(60, value))
        sentences.append(rng.choice(GAINS if gain else LOSSES).format(she=she, name=name, n=n))
        result = value + n if gain else value - n
        worked.append(f"{value} {'+' if gain else '-'} {n} = {result}.")
        value = result
    question = " ".join([*sentences, f"How many {thing} does {name} have now?"])
    return Problem(question, " ".join([*worked, f"#### {value}"]), value)


def _opening(rng: random.Random, name: str, thing: str) -> tuple[str, int, list[str]]:
    if rng.random() < 0.35:
        boxes, each = rng.randint(2, 9), rng.randint(2, 9)
        return f"{name} has {boxes} boxes with {each} {thing} in each.", boxes * each, [f"{boxes} * {each} = {boxes * each}."]
    first = rng.randint(5, 80)
    return f"{name} has {first} {thing}.", first, []


def held_out(count: int, seed: int = 20261121) -> list[Problem]:
    """The evaluation questions: distinct, and by `training` never seen in training."""
    rng, seen = random.Random(seed), {}
    while len(seen) < count:
        drawn = problem(rng)
        seen.setdefault(drawn.question, drawn)
    return list(seen.values())


def training(seed: int, excluded: set[str]):
    """An endless stream of problems that shares no question with `excluded`."""
    rng = random.Random(seed)
    while True:
        drawn = problem(rng)
        if drawn.question not in excluded:
            yield drawn
