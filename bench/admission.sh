#!/usr/bin/env bash
# One nc-core admission by hand-written C#, by the engine and by json-rules-engine, one after the other, as processor time; and the ratios.
set -euo pipefail
cd "$(dirname "$0")/.."
[ -d bench/json-rules/node_modules ] || (cd bench/json-rules && npm ci --no-audit --no-fund >/dev/null)
mkdir -p artifacts
dotnet build bench -c Release -v q -nodeReuse:false >artifacts/bench-build.log || { tail -n 20 artifacts/bench-build.log; exit 1; }
dotnet bench/bin/Release/net10.0/Bench.dll admission >artifacts/admission.log
node_ns=$(node bench/json-rules/admission.mjs "${SECONDS_OF_NODE:-5}")
awk -v node="$node_ns" '
  $1 == "result" { ns[$2] = $3; bytes[$2] = $4; order[++n] = $2 }
  END {
    printf "%-20s %10s %14s %18s %8s\n", "admission", "cpu ns", "times by hand", "json-rules / this", "bytes"
    for (i = 1; i <= n; i++) printf "%-20s %10.0f %14.1f %18.0f %8d\n", order[i], ns[order[i]], ns[order[i]] / ns["ByHand"], node / ns[order[i]], bytes[order[i]]
    printf "%-20s %10.0f %14.1f %18.0f\n", "json-rules-engine", node, node / ns["ByHand"], 1
  }' artifacts/admission.log
