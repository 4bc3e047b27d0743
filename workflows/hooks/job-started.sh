#!/usr/bin/env bash
# Runner hook: refuses the job while a process holds a GPU of this runner. Set ACTIONS_RUNNER_HOOK_JOB_STARTED to a copy of this file.
set -euo pipefail

command -v nvidia-smi >/dev/null || { echo "nvidia-smi is not here, so nobody can say whether the GPUs are free" >&2; exit 1; }
holders=$(nvidia-smi --query-compute-apps=pid,process_name,used_memory --format=csv,noheader)
if [[ -n $holders ]]; then
  printf 'A process holds a GPU of this runner, so nothing measured here would mean anything:\n%s\n' "$holders" >&2
  exit 1
fi
