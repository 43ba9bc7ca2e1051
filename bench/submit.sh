#!/usr/bin/env bash
# The same request for authorization by gRPC and by FHIR's $submit, in turns in one run. submit.sh [REQUESTS]
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p artifacts
dotnet build tests/Eligibility.Tests -c Release -v q -nodeReuse:false >artifacts/submit-build.log || { tail -n 20 artifacts/submit-build.log; exit 1; }
IPS_SUBMITS=${1:-400} dotnet test tests/Eligibility.Tests -c Release --no-build --filter FullyQualifiedName~RequestRateTests --logger "console;verbosity=detailed" | grep result
