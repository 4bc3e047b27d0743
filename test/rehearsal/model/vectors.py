"""Golden vectors for the TypeScript forward pass, from PyTorch on the same weights in 32-bit floats.

    python test/rehearsal/model/vectors.py      writes vectors.json beside this file

Needs torch and transformers. Fifty prompts: word problems with their answers, text the model never saw, and random tokens up
to 300 long. For each the ids and the log-probability of every token after the first, rounded to five digits.
"""

import json
import pathlib
import random

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

HERE = pathlib.Path(__file__).parent
MODEL = HERE.parents[1] / "tiny-llama" / "model"
QUESTIONS = json.loads((HERE.parents[2] / "src/checks/accuracy/arithmetic.json").read_text())
STRANGE = [
    "Hello, world!", "naïve café – 東京 🎉", "  two  spaces\n\nand lines\t", "1234567890", "It's what they'll say: don't.",
    "</s><s>again", "x" * 70, "Question: \nAnswer:", "#### #### ####", "ÆØÅ ½ ² 12.5%",
]


def main() -> None:
    torch.manual_seed(0)
    tokenizer = AutoTokenizer.from_pretrained(MODEL)
    model = AutoModelForCausalLM.from_pretrained(MODEL, dtype=torch.float32).eval()
    rng = random.Random(50)
    prompts = [(f"Question: {q['question']}\nAnswer: the answer is #### {q['answer']}", None) for q in QUESTIONS[:30]]
    prompts += [(text, None) for text in STRANGE]
    prompts += [(None, [1] + [rng.randrange(3, 411) for _ in range(length - 1)]) for length in (2, 31, 32, 33, 63, 64, 65, 129, 200, 300)]
    vectors = []
    for text, ids in prompts:
        ids = ids or tokenizer(text)["input_ids"]
        with torch.no_grad():
            logits = model(torch.tensor([ids])).logits[0].log_softmax(-1)
        logprobs = [round(logits[i, following].item(), 5) for i, following in enumerate(ids[1:])]
        vectors.append({"text": text, "ids": ids, "logprobs": logprobs})
    lines = ",\n".join(json.dumps(vector, separators=(",", ":")) for vector in vectors)
    (HERE / "vectors.json").write_text(f"[\n{lines}\n]\n")


main()
