#!/usr/bin/env bash
# The preview of a caseload of 25 among many stored notes, and the same milestones one by one in the same run. preview.sh [NOTES]
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p artifacts
dotnet build tests/Billing.Tests -c Release -v q -nodeReuse:false >artifacts/preview-build.log || { tail -n 20 artifacts/preview-build.log; exit 1; }
IPS_PREVIEW=${1:-100000} dotnet test tests/Billing.Tests -c Release --no-build --filter FullyQualifiedName~PreviewFigureTests --logger "console;verbosity=detailed" | grep result
