#!/usr/bin/env bash
# One nc-core admission by the engine, by hand-written C# and by json-rules-engine, one after the other on one core, and the ratios.
set -euo pipefail
cd "$(dirname "$0")/.."
[ -d bench/json-rules/node_modules ] || (cd bench/json-rules && npm ci --no-audit --no-fund >/dev/null)
mkdir -p artifacts
dotnet build bench -c Release -v q -nodeReuse:false >/dev/null
pin=""; command -v taskset >/dev/null && pin="taskset -c 0"
$pin dotnet bench/bin/Release/net10.0/Bench.dll admission | tee artifacts/admission.log | grep -E '^\||^result' || { tail -n 30 artifacts/admission.log; exit 1; }
node_ns=$($pin node bench/json-rules/admission.mjs "${SECONDS_OF_NODE:-5}")
awk -v node="$node_ns" '
  $1 == "result" { ns[$2] = $3; order[++n] = $2 }
  END {
    printf "\n%-22s %12s %16s %20s\n", "admission", "ns", "times by hand", "json-rules / this"
    for (i = 1; i <= n; i++) printf "%-22s %12.1f %16.1f %20.0f\n", order[i], ns[order[i]], ns[order[i]] / ns["ByHand"], node / ns[order[i]]
    printf "%-22s %12.1f %16.1f %20.0f\n", "json-rules-engine", node, node / ns["ByHand"], 1
  }' artifacts/admission.log
