"""The tiny model as a GGUF file: `gguf_file.py OUT [LAYERS]`, with more layers than its own four where that is asked for.

Layers beyond the fourth add nothing to the result (their two output projections are zero) and cost what a layer costs: so one build can be
made slower than another, inside the engine, and answer the same. No token ends an answer of such a model: it is made to be timed.
"""

import json
import sys
from pathlib import Path

import gguf
import numpy as np

SOURCE = Path(__file__).resolve().parent / "model"
OWN_LAYERS = 4

config = json.loads((SOURCE / "config.json").read_text())
tokenizer = json.loads((SOURCE / "tokenizer.json").read_text())
file = (SOURCE / "model.safetensors").read_bytes()
header_end = 8 + int.from_bytes(file[:8], "little")
header = json.loads(file[8:header_end])


def tensor(name):
    """BF16 in the file, float32 out."""
    entry = header[name]
    begin, end = entry["data_offsets"]
    bits = np.frombuffer(file[header_end + begin : header_end + end], np.uint16)
    return (bits.astype(np.uint32) << 16).view(np.float32).reshape(entry["shape"])


def interleaved(weight, heads):
    """Rotary halves as Transformers keeps them, to neighbouring pairs as llama.cpp turns them."""
    rows = weight.shape[0]
    return weight.reshape(heads, 2, rows // heads // 2, -1).swapaxes(1, 2).reshape(weight.shape)


def write(path, layers):
    heads, kv_heads = config["num_attention_heads"], config["num_key_value_heads"]
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("tiny-llama")
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_block_count(layers)
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(heads)
    writer.add_head_count_kv(kv_heads)
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_rope_freq_base(config["rope_parameters"]["rope_theta"])
    writer.add_rope_dimension_count(config["head_dim"])
    writer.add_key_length(config["head_dim"])
    writer.add_value_length(config["head_dim"])
    writer.add_vocab_size(config["vocab_size"])

    vocabulary = sorted(tokenizer["model"]["vocab"].items(), key=lambda entry: entry[1])
    special = {entry["id"] for entry in tokenizer["added_tokens"]}
    writer.add_tokenizer_model("gpt2")
    # Digits one by one and bytes, as the tokenizer of the model cuts.
    writer.add_tokenizer_pre("smollm")
    writer.add_token_list([token for token, _ in vocabulary])
    writer.add_token_types([gguf.TokenType.CONTROL if id in special else gguf.TokenType.NORMAL for _, id in vocabulary])
    writer.add_token_merges([" ".join(pair) for pair in tokenizer["model"]["merges"]])
    writer.add_bos_token_id(config["bos_token_id"])
    writer.add_eos_token_id(config["eos_token_id"] if layers == OWN_LAYERS else config["pad_token_id"])
    writer.add_add_bos_token(True)
    writer.add_chat_template((SOURCE / "chat_template.jinja").read_text())

    writer.add_tensor("token_embd.weight", tensor("model.embed_tokens.weight"))
    writer.add_tensor("output_norm.weight", tensor("model.norm.weight"))
    for layer in range(layers):
        source = f"model.layers.{min(layer, OWN_LAYERS - 1)}"
        share = np.float32(1 if layer < OWN_LAYERS else 0)
        block = {
            "attn_norm": tensor(f"{source}.input_layernorm.weight"),
            "attn_q": interleaved(tensor(f"{source}.self_attn.q_proj.weight"), heads),
            "attn_k": interleaved(tensor(f"{source}.self_attn.k_proj.weight"), kv_heads),
            "attn_v": tensor(f"{source}.self_attn.v_proj.weight"),
            "attn_output": share * tensor(f"{source}.self_attn.o_proj.weight"),
            "ffn_norm": tensor(f"{source}.post_attention_layernorm.weight"),
            "ffn_gate": tensor(f"{source}.mlp.gate_proj.weight"),
            "ffn_up": tensor(f"{source}.mlp.up_proj.weight"),
            "ffn_down": share * tensor(f"{source}.mlp.down_proj.weight"),
        }
        for name, weight in block.items():
            writer.add_tensor(f"blk.{layer}.{name}.weight", weight)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


write(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else OWN_LAYERS)
