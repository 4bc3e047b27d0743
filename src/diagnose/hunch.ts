import type { FailureClass } from "../model/index.ts";
import type { Cluster } from "./cluster.ts";

/** A class for an error that nobody has a signature for. */
export interface Hunch {
  readonly class: FailureClass;
  /** One sentence: what it was read from. */
  readonly because: string;
}

interface Rule {
  readonly class: FailureClass;
  readonly match: RegExp;
  readonly unless?: RegExp;
}

/** What exceptions say, the telling words first. */
const WORDS: readonly Rule[] = [
  {
    class: "attention-metadata",
    match: /[Mm]etadata|attn_meta|kv_indptr|block_table|page_table|prefill_wrapper|decode_wrapper/,
    unless: /PackageMetadata|importlib/,
  },
  {
    class: "torch-compile",
    match: /Guard check failed|dispatch key set|FakeTensor|fake impl|SymInt|expected size \d+==\d+|[Dd]ynamo|[Ii]nductor|torch\.compile/,
  },
  {
    class: "jit-compile",
    match:
      /(?:then|else) block|\bMLIR\b|\bDSL\w{0,20}Error|\b[Tt]riton\b|code is to be generated|CompilationError|\bptxas\b|\bnvcc\b|NVRTC|nvrtc|\bTVM\b|\bcubin\b/,
  },
  { class: "driver-mismatch", match: /NVML/ },
  { class: "unsupported-model", match: /^KeyError: '[\w.]{1,200}\.(?:weight|bias|weight_scale)'/ },
  {
    class: "unsupported-model",
    match:
      /'\w{1,60}(?:Model|For[A-Z]\w{2,30}|Layer|DecoderLayer|Attention|MLP|MoE|SparseMoeBlock|Norm\w{0,12}|Experts?|Transformer|LMHead)' object has no attribute/,
  },
  { class: "cuda-graph-capture", match: /\bcuda_?graphs?\b|CUDA [Gg]raph/ },
  {
    class: "no-kernel-image",
    match: /kernel .{0,120}(?:not present|not found|is missing|not registered)|[Nn]o supported (?:CUDA|GPU) architectures?/,
  },
  {
    class: "unsupported-backend",
    match:
      /Check failed: .{0,200}(?:dtype|must be|shape|size|dim)|native (?:ROCm|HIP|CUDA|XPU) build|lease use \w{1,30} (?:attention )?backend|[Bb]ackend .{0,40}for models with|logits_soft_cap/,
  },
  {
    class: "import-error",
    match:
      /No module named|cannot import name|undefined symbol|not installed|[Pp]lease (?:re)?install|lease (?:upgrade|update)|outdated|not be imported|requires? \S{1,40} ?(?:>=|==|version)/,
  },
  {
    class: "model-download",
    match: /\brevision\b|snapshot_download|\bdownload(?:ed|ing) |(?:modelscope|huggingface)\/hub\/|\brepo(?:sitory)? (?:id|not)/,
  },
  { class: "gpu-out-of-memory", match: /out of memory|\bOOM\b|[Ff]ailed to allocate|cudaMalloc/ },
  { class: "nccl", match: /nccl|c10d|TCPStore|process ?group|rendezvous|gloo|nvshmem|\bRDMA\b|ibv_|mooncake|nixl|\bUCX\b/i },
  { class: "tokenizer-or-template", match: /[Tt]okeni[sz]er|chat.?template|[Jj]inja|vocab/ },
  {
    class: "unsupported-quantization",
    match: /[Qq]uanti[sz]|\bAWQ\b|GPTQ|[Mm]arlin|NVFP4|MXFP4|\bFP8\b|fp8|[Ff]loat[48]_|e8m0|e[45]m[23]|weight_scale|qweight|GGUF/,
  },
  { class: "torch-compile", match: /compil(?:e|ing|ation)\b/ },
  { class: "illegal-memory-access", match: /(?:CUDA|HIP) (?:driver |runtime )?error|cudaError|CUDA_ERROR/ },
  {
    class: "unsupported-backend",
    match:
      /[Nn]o \w{0,20} ?kernel|(?:flash|attn|attention|Impl|Backend)\w{0,40}(?:\.__init__)?\(\) (?:got an unexpected|missing|takes)|KV cache (?:manager|spec|layout|group)|block_size/,
  },
  {
    class: "import-error",
    match: /got an unexpected keyword argument|takes \d+ positional argument|missing \d+ required positional/,
    unless: /[Pp]rocessor|Config\.__init__/,
  },
  {
    class: "unsupported-model",
    match: /\b[DQ]?o?LoRA\b|DoRA|adapter|drafter|drafting|draft model|[Pp]rocessor\.__init__|(?:isn't|not yet) supported yet?/,
  },
  {
    class: "unsupported-backend",
    match:
      /(?:backend|kernel|[Aa]ttention|head|GPU|device|compute capability|sm_?\d{2,3}|platform|page|block).{0,120}(?:not support|nsupported|only support|requires?|not available|not implemented|not compatible|must be|does not|n't support|no \w{1,20} kernel)|(?:[Uu]nsupported|[Oo]nly support|not support).{0,120}(?:backend|kernel|[Aa]ttention|head|GPU|device)/,
  },
  {
    class: "unsupported-model",
    match:
      /(?:model|[Aa]rchitecture|checkpoint|weights?|layers?|modules?|[Cc]onfig\b|\w+For(?:CausalLM|ConditionalGeneration)).{0,160}(?:not support|nsupported|unknown|missing|no attribute|has no|not found|not initialized|not correctly|mismatch|must be implemented|unexpected)|(?:[Uu]nsupported|[Uu]nknown|[Uu]nexpected).{0,80}(?:model|architecture|checkpoint|weight|layer)/,
    unless: /\binstance\b|[Cc]onnector/,
  },
];

/** Where exceptions are raised; the innermost frame that says anything decides. */
const FRAMES: readonly Rule[] = [
  { class: "torch-compile", match: /torch\/_(?:inductor|dynamo|functorch)\/|\/compilation\/|torch\/fx\// },
  {
    class: "jit-compile",
    match: /triton\/(?:compiler|backends|runtime\/build)|flashinfer\/jit\/|deep_gemm\/jit|cpp_extension|tilelang\/|jit_kernel\//,
  },
  { class: "unsupported-quantization", match: /\/quantization\/|\/quantizers\// },
  { class: "attention-metadata", match: /layers\/attention\/|attention\/backends\/|flashinfer\/(?:prefill|decode|mla)/ },
  { class: "tokenizer-or-template", match: /tokeniz|sentencepiece|tiktoken|mistral_common|jinja2|chat_template/ },
  { class: "model-download", match: /huggingface_hub\/|modelscope\/|hf_xet/ },
  { class: "nccl", match: /torch\/distributed\/|device_communicators\/|distributed\/parallel_state|nixl|mooncake|\/disaggregation\// },
  {
    class: "unsupported-model",
    match:
      /model_loader\/|models\/registry|weight_utils|configuration_(?:auto|utils)|auto_factory|transformers_utils\/config|in \w*load_weights|in weight_loader/,
  },
  {
    class: "bad-argument",
    match:
      /server_args|arg_utils|argparse|\/vllm\/config|arg_groups\/|in (?:ensure_divisibility|check_server_args|create_engine_config|__post_init__)/,
  },
  { class: "import-error", match: /in <module>$/ },
  { class: "cuda-graph-capture", match: /in _?capture\w*$|cuda_?graph_runner|cudagraph_utils|in init_(?:cuda|device)_graphs/ },
  { class: "unsupported-model", match: /spec_decode\/|\/speculative\/|transformers\/processing|\/lora\// },
  {
    class: "unsupported-model",
    match:
      /(?:\/srt\/models|model_executor\/models|transformers\/models|transformers_modules)\/.{0,120}in (?:__init__|from_config|_init_\w+|post_init)/,
  },
];

/** A demand on a value, without a word about what it belongs to: read as a setting, when it came before the model's code. */
const DEMAND =
  /must be|should be|\bexpected|[Ii]nvalid|greater than|less than|at least|cannot be|not allowed|mutually exclusive|both|specif(?:y|ied)|\bset\b|--[a-z]|divisible|appears to be/;
const SETTING_TYPES = /^(?:\w+\.)*(?:ValueError|AssertionError|ValidationError|TypeError|KeyError|RuntimeError|ArgumentError|Exception)\b/;
const SETTING_NAMES = /\b[A-Z]{3,12}_[A-Z_]{2,40}\b|--[a-z]|\b[a-z]+_[a-z_]+\b/;

/**
 * The class that an unknown error's words or its innermost telling frame point to; undefined when neither says anything. For
 * people to start from: it is never stated with more than a guess's confidence.
 */
export function hunch({ says, lines, request }: Pick<Cluster, "says" | "lines" | "request">): Hunch | undefined {
  if (request) return undefined;
  const words = WORDS.find((rule) => rule.match.test(says) && rule.unless?.test(says) !== true);
  if (words !== undefined) return { class: words.class, because: `Its words point to ${words.class}.` };
  for (const line of lines.toReversed()) {
    if (!/File "/.test(line)) continue;
    const frame = FRAMES.find((rule) => rule.match.test(line));
    if (frame !== undefined) return { class: frame.class, because: `Where it was raised points to ${frame.class}.` };
  }
  if (SETTING_TYPES.test(says) && DEMAND.test(says) && SETTING_NAMES.test(says))
    return { class: "bad-argument", because: "It names a setting and what that must be." };
  return undefined;
}
