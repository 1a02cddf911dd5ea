#!/usr/bin/env bash
# A hospital's first claim in curl: preview, submit and wait for the figure, read the claim.
#
#   make run EMPTY=1                       in another terminal
#   export QUEBAO_TOKEN=$(make -s token ROLE=hospital SUBJECT=H53010200001)
#   examples/first_claim.sh
#
# The patient is one of the sample persons; base benefits are illustrative. QUEBAO_URL says where the API is. Run a second
# time, the same number and body get the first answer again.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
url=${QUEBAO_URL:-http://127.0.0.1:8000}
body=$(cat first_claim.json)

call() {
    curl --silent --show-error --fail-with-body --header "Authorization: Bearer $QUEBAO_TOKEN" "$@"
    echo
}

echo "What would be paid (nothing is kept):"
call "$url/v1/claims/preview" --json "$body"

echo "The claim, settled while the desk waits:"
answer=$(call "$url/v1/claims" --json "$body" --header "Prefer: wait=20")
echo "$answer"

claim_id=$(printf '%s' "$answer" | sed -n 's/.*"claim_id": *"\([^"]*\)".*/\1/p')
echo "The claim as it can be read at any later time:"
call "$url/v1/claims/$claim_id"
