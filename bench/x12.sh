#!/usr/bin/env bash
# An 837P written and read by us and by two parsers of npm, the same file in the same run, as processor time; and the ratios. x12.sh [CLAIMS]
set -euo pipefail
cd "$(dirname "$0")/.."
claims=${1:-100000}
[ -d bench/x12/node_modules ] || (cd bench/x12 && npm ci --no-audit --no-fund >/dev/null)
mkdir -p artifacts
dotnet build bench -c Release -v q -nodeReuse:false >artifacts/bench-build.log || { tail -n 20 artifacts/bench-build.log; exit 1; }
dotnet bench/bin/Release/net10.0/Bench.dll x12 artifacts/claims.837 "$claims" >artifacts/x12.log
node --max-old-space-size=8192 bench/x12/read.mjs artifacts/claims.837 >>artifacts/x12.log
ls -l artifacts/claims.837 | awk '{ printf "%d bytes\n", $5 }'
awk '
  $1 == "result" { ms[$2] = $3; claims[$2] = $4; order[++n] = $2 }
  END {
    printf "%-20s %10s %10s %16s %16s\n", "", "cpu ms", "claims/s", "node-x12 takes", "x12-parser takes"
    for (i = 1; i <= n; i++) {
      node = order[i] ~ /write/ ? ms["node-x12-write"] : ms["node-x12-read"]
      stream = order[i] ~ /write/ ? 0 : ms["x12-parser-read"]
      printf "%-20s %10.0f %10.0f %16.1f %16.1f\n", order[i], ms[order[i]], claims[order[i]] / ms[order[i]] * 1000, node / ms[order[i]], stream / ms[order[i]]
    }
  }' artifacts/x12.log
