#!/usr/bin/env bash
# Renders cases.json with Go and compares with the committed results. `check.sh --write` replaces the results.
set -euo pipefail
cd "$(dirname "$0")"
if [[ "${1:-}" == "--write" ]]; then
  exec go run . cases.json results.json
fi
fresh="$(mktemp)"
trap 'rm -f "$fresh"' EXIT
go run . cases.json "$fresh"
diff -u results.json "$fresh"
count="$(grep -c '"name"' results.json)"
echo "golden: ${count} results are those of Go"
gitops=../../../config/gitops
(cd gitops && go run . cases.json "$gitops"/argo-cd/{health.lua,argocd-cm.yaml} "$gitops"/flux/kustomization.yaml)
