"""Trains the tiny Llama that the real-engine suite serves, from nothing, with a fixed seed.

    python test/tiny-llama/train.py --out test/tiny-llama/model --questions src/checks/accuracy/arithmetic.json

Writes a Hugging Face model folder (bf16 safetensors, under 4 MB) and the held-out questions. About half an hour on two
cores. Needs torch, transformers and tokenizers; nothing is fetched from a hub.
"""

from __future__ import annotations

import argparse
import itertools
import json
import time
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from problems import held_out, training

SEED = 7
STEPS = 4000
BATCH = 64
PEAK_RATE = 2e-3
VOCABULARY = 512
HELD_OUT = 500
# The question is random text: learning it a little keeps free generation fluent, learning it fully wastes capacity.
QUESTION_WEIGHT = 0.1
CHAT_TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}"
    "{% if message['role'] == 'assistant' %}{{ ' ' + message['content'] + eos_token + '\n' }}"
    "{% else %}{{ 'Question: ' + message['content'] + '\nAnswer:' }}{% endif %}{% endfor %}"
)


def tokenizer(excluded: set[str]) -> PreTrainedTokenizerFast:
    """Byte-level BPE with every digit its own token, so that sums are learnt digit by digit."""
    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    bpe.decoder = decoders.ByteLevel()
    specials = ["<pad>", "<s>", "</s>"]
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY, special_tokens=specials, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
    )
    texts = (p.text for p in itertools.islice(training(SEED + 1, excluded), 20_000))
    bpe.train_from_iterator(texts, trainer)
    bpe.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", bpe.token_to_id("<s>"))])
    fast = PreTrainedTokenizerFast(
        tokenizer_object=bpe, bos_token="<s>", eos_token="</s>", pad_token="<pad>", model_max_length=2048,
        clean_up_tokenization_spaces=False,
    )
    fast.chat_template = CHAT_TEMPLATE
    return fast


def batches(fast: PreTrainedTokenizerFast, excluded: set[str]):
    """Yields (ids, targets, weights), each [BATCH, longest]; padding weighs nothing."""
    stream = training(SEED, excluded)
    separator = fast.convert_tokens_to_ids(fast.tokenize("\nAnswer:"))[-1]
    while True:
        texts = [next(stream).text for _ in range(BATCH)]
        rows = [[*ids, fast.eos_token_id] for ids in fast(texts)["input_ids"]]
        longest = max(map(len, rows))
        ids = torch.full((BATCH, longest), fast.pad_token_id)
        weights = torch.zeros(BATCH, longest)
        for i, row in enumerate(rows):
            ids[i, : len(row)] = torch.tensor(row)
            answer = max(j for j, token in enumerate(row) if token == separator)
            weights[i, : answer + 1] = QUESTION_WEIGHT
            weights[i, answer + 1 : len(row)] = 1.0
        yield ids[:, :-1], ids[:, 1:], weights[:, 1:]


def train(fast: PreTrainedTokenizerFast, excluded: set[str], steps: int) -> LlamaForCausalLM:
    torch.manual_seed(SEED)
    config = LlamaConfig(
        vocab_size=len(fast), hidden_size=192, intermediate_size=512, num_hidden_layers=4, num_attention_heads=3,
        num_key_value_heads=3, max_position_embeddings=2048, tie_word_embeddings=True, rms_norm_eps=1e-5,
        bos_token_id=fast.bos_token_id, eos_token_id=fast.eos_token_id, pad_token_id=fast.pad_token_id,
    )
    model = LlamaForCausalLM(config).train()
    optimiser = torch.optim.AdamW(model.parameters(), lr=PEAK_RATE, betas=(0.9, 0.95), weight_decay=0.01)
    rate = torch.optim.lr_scheduler.OneCycleLR(optimiser, max_lr=PEAK_RATE, total_steps=steps, pct_start=0.1)
    started = time.monotonic()
    for step, (ids, targets, weights) in enumerate(itertools.islice(batches(fast, excluded), steps), 1):
        logits = model(input_ids=ids).logits
        losses = torch.nn.functional.cross_entropy(logits.transpose(1, 2), targets, reduction="none")
        loss = (losses * weights).sum() / weights.sum()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        rate.step()
        if step % 200 == 0:
            print(f"step {step} loss {loss.item():.4f} after {time.monotonic() - started:.0f} s", flush=True)
    return model.eval()


@torch.inference_mode()
def accuracy(model: LlamaForCausalLM, fast: PreTrainedTokenizerFast, problems) -> float:
    """Share of greedy answers whose number after #### is right."""
    fast.padding_side = "left"
    right = 0
    for start in range(0, len(problems), 100):
        chunk = problems[start : start + 100]
        asked = fast([f"Question: {p.question}\nAnswer:" for p in chunk], return_tensors="pt", padding=True, return_token_type_ids=False)
        written = model.generate(**asked, max_new_tokens=48, do_sample=False)
        for p, text in zip(chunk, fast.batch_decode(written[:, asked["input_ids"].shape[1] :], skip_special_tokens=True)):
            right += text.split("####")[-1].strip() == str(p.answer)
    return right / len(problems)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--out", type=Path, required=True)
    asked.add_argument("--questions", type=Path, required=True)
    asked.add_argument("--steps", type=int, default=STEPS)
    chosen = asked.parse_args()

    problems = held_out(HELD_OUT)
    excluded = {p.question for p in problems}
    rows = [{"id": f"arithmetic-{i:03d}", "question": p.question, "answer": str(p.answer)} for i, p in enumerate(problems)]
    chosen.questions.parent.mkdir(parents=True, exist_ok=True)
    chosen.questions.write_text("[\n" + ",\n".join("  " + json.dumps(row) for row in rows) + "\n]\n")

    fast = tokenizer(excluded)
    model = train(fast, excluded, chosen.steps)
    model = model.to(torch.bfloat16)
    print(f"held-out accuracy {accuracy(model, fast, problems):.3f} of {len(problems)}")
    model.generation_config.max_new_tokens = 64
    model.save_pretrained(chosen.out)
    fast.save_pretrained(chosen.out)


if __name__ == "__main__":
    main()
