#!/usr/bin/env bash
# Runner hook: waits for the GPUs to be free after a job and fails when they are not, so that the next job does not find out.
# Set ACTIONS_RUNNER_HOOK_JOB_COMPLETED to a copy of this file. Kills nothing: whose process it is, a person decides.
set -euo pipefail

command -v nvidia-smi >/dev/null || exit 0
holders=
for _ in $(seq 30); do
  holders=$(nvidia-smi --query-compute-apps=pid,process_name,used_memory --format=csv,noheader)
  [[ -z $holders ]] && exit 0
  sleep 1
done
printf 'Still on a GPU 30 s after the job:\n%s\n' "$holders" >&2
exit 1
