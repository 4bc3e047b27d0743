"""`transformers` with every decoding step made slower by a share: `slower.py 0.1 serve MODEL …`.

After each forward pass it waits for that share of the time since the wait before it, so a step that took longer, for whatever reason,
is also held up longer. A pause between requests is no step and is not charged.
"""

import sys
import time

from transformers import LlamaForCausalLM
from transformers.cli.transformers import main

LONGEST_STEP_S = 0.1

share = float(sys.argv.pop(1))
forward = LlamaForCausalLM.forward
last = 0.0


def slower(self, *args, **kwargs):
    global last
    began = time.perf_counter()
    since = last if began - last < LONGEST_STEP_S else began
    out = forward(self, *args, **kwargs)
    now = time.perf_counter()
    until = now + share * (now - since)
    # A sleep ends late by a scheduler's tick; so short a wait has to spin.
    while time.perf_counter() < until:
        pass
    last = until
    return out


LlamaForCausalLM.forward = slower
main()
