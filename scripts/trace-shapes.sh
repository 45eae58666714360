#!/usr/bin/env bash
# What the large shipped traces hold, for the report page: written to results/traces, or with --check compared with what stands there.
set -euo pipefail
cd "$(dirname "$0")/.."

found=results/traces
if [[ ${1:-} == --check ]]; then found=$(mktemp -d); fi
mkdir -p "$found"
for trace in boot cc1 churn memcached pydict redis sort sqlite xz; do
  node dist/cli/main.js trace info "$trace" --quiet --format json >"$found/$trace.json"
done
diff -r results/traces "$found"
