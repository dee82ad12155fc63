#!/usr/bin/env bash
# How long a token takes, apitok and others run in turn on one server and one
# keyring: run it with make bench. RUNS=200 make bench measures longer.
set -euo pipefail
source internal/testkit/stage.sh

runs=${RUNS:-50}
realm=bench-$RANDOM
stage "$realm"
apitok profile add bench --server "$APITOK_TEST_KEYCLOAK" --realm "$realm"
apitok login --username "$APITOK_TEST_ADMIN" --login-realm master </dev/null
apitok create alice/ci --audience orders-api --show-secret -o env >"$HOME/env"
# shellcheck source=/dev/null
source "$HOME/env"
apitok token alice/ci >/dev/null
printf %s "$APITOK_CLIENT_SECRET" | secret-tool store --label=bench bench secret

cached() { apitok token alice/ci; }
fetched() { apitok token alice/ci --no-cache; }
curl_jq() {
	curl -sS -u "$APITOK_CLIENT_ID:$APITOK_CLIENT_SECRET" -d grant_type=client_credentials \
		"$APITOK_SERVER/realms/$APITOK_REALM/protocol/openid-connect/token" | jq -r .access_token
}
secret_tool() { secret-tool lookup bench secret; }
version() { apitok version; }

ways=(cached fetched curl_jq secret_tool version)
# A server that just started is slow; it would make those look bad who ask it.
for ((i = 0; i < 40; i++)); do fetched >/dev/null; curl_jq >/dev/null; done
for ((i = 0; i < runs; i++)); do
	for way in "${ways[@]}"; do
		start=${EPOCHREALTIME/[.,]/}
		"$way" >/dev/null
		echo $((${EPOCHREALTIME/[.,]/} - start)) >>"$HOME/$way"
	done
done

median() { sort -n "$HOME/$1" | awk '{v[NR] = $1} END {print (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2000}'; }
reference=$(median curl_jq)
row() { awk -v name="$1" -v ms="$2" -v ref="$reference" 'BEGIN {printf "%-44s %8.1f %10.2f\n", name, ms, ms / ref}'; }
printf '%-44s %8s %10s\n' "a token on stdout, median of $runs" ms "of curl|jq"
row 'curl | jq, fetch' "$reference"
row 'apitok token, fetch' "$(median fetched)"
row 'apitok token, cached in the keyring' "$(median cached)"
row 'secret-tool lookup (no token, only a secret)' "$(median secret_tool)"
row 'apitok version (what the program costs)' "$(median version)"
