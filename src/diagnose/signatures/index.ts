import { allreduceWorkspaceHang } from "./allreduce-workspace-hang.ts";
import { attentionBackendRefused } from "./attention-backend-refused.ts";
import { attentionMetadataAttribute } from "./attention-metadata-attribute.ts";
import { attentionMetadataBuild } from "./attention-metadata-build.ts";
import { attentionMetadataLookup } from "./attention-metadata-lookup.ts";
import { autotunerFallback } from "./autotuner-fallback.ts";
import { badArgument } from "./bad-argument.ts";
import { collectiveTimeout } from "./collective-timeout.ts";
import { compileCacheCorrupt } from "./compile-cache-corrupt.ts";
import { configurationRefused } from "./configuration-refused.ts";
import { containerGpuAccess } from "./container-gpu-access.ts";
import { cubinDownload } from "./cubin-download.ts";
import { cublasOrCudnn } from "./cublas-or-cudnn.ts";
import { cudaGraphBatchSize } from "./cuda-graph-batch-size.ts";
import { cudaGraphCaptureFailed } from "./cuda-graph-capture-failed.ts";
import { cudaGraphForbiddenCall } from "./cuda-graph-forbidden-call.ts";
import { cudaGraphMarkCaptureEnd } from "./cuda-graph-mark-capture-end.ts";
import { cudaLaunchFailure } from "./cuda-launch-failure.ts";
import { customAllReduceIllegalAccess } from "./custom-all-reduce-illegal-access.ts";
import { customAllReduceInvalidArgument } from "./custom-all-reduce-invalid-argument.ts";
import { customAllReduceOff } from "./custom-all-reduce-off.ts";
import { deepgemmAssertion } from "./deepgemm-assertion.ts";
import { deepgemmSticky700 } from "./deepgemm-sticky-700.ts";
import { deviceSideAssert } from "./device-side-assert.ts";
import { diskFull } from "./disk-full.ts";
import { driverLibraryMismatch } from "./driver-library-mismatch.ts";
import { driverTooOld } from "./driver-too-old.ts";
import { engineBinaryBroken } from "./engine-binary-broken.ts";
import { engineCoreFailed } from "./engine-core-failed.ts";
import { forwardCompatibility } from "./forward-compatibility.ts";
import { fp4GemmRunner } from "./fp4-gemm-runner.ts";
import { freeMemoryReport } from "./free-memory-report.ts";
import { garbageText } from "./garbage-text.ts";
import { gpuBusyOrLost } from "./gpu-busy-or-lost.ts";
import { gpuMemoryInUse } from "./gpu-memory-in-use.ts";
import { gpuOutOfMemory } from "./gpu-out-of-memory.ts";
import { healthCheckSilent } from "./health-check-silent.ts";
import { hipLaunchFailed } from "./hip-launch-failed.ts";
import { hostAllocationFailed } from "./host-allocation-failed.ts";
import { hostOomKill } from "./host-oom-kill.ts";
import { hubLookupRetried } from "./hub-lookup-retried.ts";
import { illegalMemoryAccess } from "./illegal-memory-access.ts";
import { importFailed } from "./import-failed.ts";
import { inductorFailed } from "./inductor-failed.ts";
import { jitBuildFailed } from "./jit-build-failed.ts";
import { jitDuringInference } from "./jit-during-inference.ts";
import { jitToolchainMissing } from "./jit-toolchain-missing.ts";
import { killedProcess } from "./killed-process.ts";
import { kvCacheContext } from "./kv-cache-context.ts";
import { kvCacheDtypeUnsupported } from "./kv-cache-dtype-unsupported.ts";
import { kvTransferFailed } from "./kv-transfer-failed.ts";
import { kvCacheNoBlocks } from "./kv-cache-no-blocks.ts";
import { memoryProfilingDisturbed } from "./memory-profiling-disturbed.ts";
import { memoryUnbalanced } from "./memory-unbalanced.ts";
import { missingTunedConfig } from "./missing-tuned-config.ts";
import { modelAccessDenied } from "./model-access-denied.ts";
import { modelDownloadFailed } from "./model-download-failed.ts";
import { modelNotFound } from "./model-not-found.ts";
import { nanLogits } from "./nan-logits.ts";
import { nativeCrash } from "./native-crash.ts";
import { ncclCudaError } from "./nccl-cuda-error.ts";
import { ncclPeerUnreachable } from "./nccl-peer-unreachable.ts";
import { ncclSystemError } from "./nccl-system-error.ts";
import { noCudaDevice } from "./no-cuda-device.ts";
import { noKernelImage } from "./no-kernel-image.ts";
import { nvmlUnavailable } from "./nvml-unavailable.ts";
import { nvlsMulticast } from "./nvls-multicast.ts";
import { permissionDenied } from "./permission-denied.ts";
import { pipeClosed } from "./pipe-closed.ts";
import { portInUse } from "./port-in-use.ts";
import { prefillWrappers } from "./prefill-wrappers.ts";
import { ptxasTooOld } from "./ptxas-too-old.ts";
import { raisedInArguments } from "./raised-in-arguments.ts";
import { raisedInAttention } from "./raised-in-attention.ts";
import { raisedInCapture } from "./raised-in-capture.ts";
import { raisedInCommunication } from "./raised-in-communication.ts";
import { raisedInCompiler } from "./raised-in-compiler.ts";
import { raisedInHub } from "./raised-in-hub.ts";
import { raisedInJit } from "./raised-in-jit.ts";
import { raisedInModelRegistry } from "./raised-in-model-registry.ts";
import { raisedInQuantization } from "./raised-in-quantization.ts";
import { raisedInTokenizer } from "./raised-in-tokenizer.ts";
import { raisedInWeightLoading } from "./raised-in-weight-loading.ts";
import { remoteCodeNeeded } from "./remote-code-needed.ts";
import { requestRejected } from "./request-rejected.ts";
import { requestsPreempted } from "./requests-preempted.ts";
import { samplerOutOfMemory } from "./sampler-out-of-memory.ts";
import { schedulerWatchdog } from "./scheduler-watchdog.ts";
import { serviceVariable } from "./service-variable.ts";
import { sglangChildFailed } from "./sglang-child-failed.ts";
import { sglangKvPoolEmpty } from "./sglang-kv-pool-empty.ts";
import { shmBroadcastStalled } from "./shm-broadcast-stalled.ts";
import { shmTooSmall } from "./shm-too-small.ts";
import { startupTimeout } from "./startup-timeout.ts";
import { systemNotInitialized } from "./system-not-initialized.ts";
import { terminatedDuringStartup } from "./terminated-during-startup.ts";
import { tmaDescriptorError } from "./tma-descriptor-error.ts";
import { tmaInvalidDescriptor } from "./tma-invalid-descriptor.ts";
import { tmaSticky700 } from "./tma-sticky-700.ts";
import { tmaUnsupported } from "./tma-unsupported.ts";
import { tokenizerOrTemplate } from "./tokenizer-or-template.ts";
import { tooFewGpus } from "./too-few-gpus.ts";
import { torchTooOldForGpu } from "./torch-too-old-for-gpu.ts";
import { tritonOutOfResources } from "./triton-out-of-resources.ts";
import { trtllmKernelMissing } from "./trtllm-kernel-missing.ts";
import { trtllmMoeCapture } from "./trtllm-moe-capture.ts";
import { unsupportedArchitecture } from "./unsupported-architecture.ts";
import { unsupportedBackend } from "./unsupported-backend.ts";
import { unsupportedQuantization } from "./unsupported-quantization.ts";
import { weightsDamaged } from "./weights-damaged.ts";
import { weightsDoNotFitModel } from "./weights-do-not-fit-model.ts";
import { workerProcessDied } from "./worker-process-died.ts";
import { xidHardware } from "./xid-hardware.ts";
import { xidProgram } from "./xid-program.ts";
import type { Signature } from "../signature.ts";

/** The shelf. Order has no meaning; ranking does not look at it. */
export const signatures: readonly Signature[] = [
  allreduceWorkspaceHang,
  attentionBackendRefused,
  attentionMetadataAttribute,
  attentionMetadataBuild,
  attentionMetadataLookup,
  autotunerFallback,
  badArgument,
  collectiveTimeout,
  compileCacheCorrupt,
  configurationRefused,
  containerGpuAccess,
  cubinDownload,
  cublasOrCudnn,
  cudaGraphBatchSize,
  cudaGraphCaptureFailed,
  cudaGraphForbiddenCall,
  cudaGraphMarkCaptureEnd,
  cudaLaunchFailure,
  customAllReduceIllegalAccess,
  customAllReduceInvalidArgument,
  customAllReduceOff,
  deepgemmAssertion,
  deepgemmSticky700,
  deviceSideAssert,
  diskFull,
  driverLibraryMismatch,
  driverTooOld,
  engineBinaryBroken,
  engineCoreFailed,
  forwardCompatibility,
  fp4GemmRunner,
  freeMemoryReport,
  garbageText,
  gpuBusyOrLost,
  gpuMemoryInUse,
  gpuOutOfMemory,
  healthCheckSilent,
  hipLaunchFailed,
  hostAllocationFailed,
  hostOomKill,
  hubLookupRetried,
  illegalMemoryAccess,
  importFailed,
  inductorFailed,
  jitBuildFailed,
  jitDuringInference,
  jitToolchainMissing,
  killedProcess,
  kvCacheContext,
  kvCacheDtypeUnsupported,
  kvTransferFailed,
  kvCacheNoBlocks,
  memoryProfilingDisturbed,
  memoryUnbalanced,
  missingTunedConfig,
  modelAccessDenied,
  modelDownloadFailed,
  modelNotFound,
  nanLogits,
  nativeCrash,
  ncclCudaError,
  ncclPeerUnreachable,
  ncclSystemError,
  noCudaDevice,
  noKernelImage,
  nvlsMulticast,
  nvmlUnavailable,
  permissionDenied,
  pipeClosed,
  portInUse,
  prefillWrappers,
  ptxasTooOld,
  raisedInArguments,
  raisedInAttention,
  raisedInCapture,
  raisedInCommunication,
  raisedInCompiler,
  raisedInHub,
  raisedInJit,
  raisedInModelRegistry,
  raisedInQuantization,
  raisedInTokenizer,
  raisedInWeightLoading,
  remoteCodeNeeded,
  requestRejected,
  requestsPreempted,
  samplerOutOfMemory,
  schedulerWatchdog,
  serviceVariable,
  sglangChildFailed,
  sglangKvPoolEmpty,
  shmBroadcastStalled,
  shmTooSmall,
  startupTimeout,
  systemNotInitialized,
  terminatedDuringStartup,
  tmaDescriptorError,
  tmaInvalidDescriptor,
  tmaSticky700,
  tmaUnsupported,
  tokenizerOrTemplate,
  tooFewGpus,
  torchTooOldForGpu,
  tritonOutOfResources,
  trtllmKernelMissing,
  trtllmMoeCapture,
  unsupportedArchitecture,
  unsupportedBackend,
  unsupportedQuantization,
  weightsDamaged,
  weightsDoNotFitModel,
  workerProcessDied,
  xidHardware,
  xidProgram,
];
