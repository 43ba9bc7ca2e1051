#!/usr/bin/env bash
# An 835 of many claims posted through the service, and the same rows written by COPY and update in the same run. posting.sh [CLAIMS]
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p artifacts
dotnet build tests/Billing.Tests -c Release -v q -nodeReuse:false >artifacts/posting-build.log || { tail -n 20 artifacts/posting-build.log; exit 1; }
IPS_POSTING=${1:-100000} dotnet test tests/Billing.Tests -c Release --no-build --filter FullyQualifiedName~PostingTests --logger "console;verbosity=detailed" | grep result
