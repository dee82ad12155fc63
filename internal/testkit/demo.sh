#!/usr/bin/env bash
# The main job, on a real Keycloak: run it with make demo.
set -euo pipefail
source internal/testkit/stage.sh

realm=demo-$RANDOM
say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
run() {
	printf '$ %s\n' "$*"
	"$@"
}

# call shows what the orders API answers to the token of a credential, and ends the
# demo if it is not what is expected.
call() {
	local expected=$1 credential=$2 status
	printf '$ apitok token %s -o header | curl -H @- %s/orders\n' "$credential" "$orders_url"
	status=$(apitok token "$credential" -o header | curl -sS -o "$HOME/answer" -w '%{http_code}' -H @- "$orders_url/orders")
	printf '%s %s\n' "$status" "$(cat "$HOME/answer")"
	[ "$status" = "$expected" ] || { echo "expected $expected" >&2; exit 1; }
}

stage "$realm"

say "1. This machine works with the realm $realm, and an administrator signs in."
run apitok profile add demo --server "$APITOK_TEST_KEYCLOAK" --realm "$realm"
run apitok login --username "$APITOK_TEST_ADMIN" --login-realm master </dev/null

say '2. alice gets a credential for the orders API. It has her roles, and its secret is in the keyring.'
run apitok create alice/ci --audience orders-api

say '3. A script gets a token, and the orders API, which checks it with an ordinary OIDC library, takes it.'
printf '$ apitok token alice/ci\n%.60s...\n' "$(apitok token alice/ci)"
call 200 alice/ci

say '4. The secret is rotated: stored and proven before it is announced. Work goes on.'
run apitok rotate alice/ci
call 200 alice/ci

say '5. The API refuses a token without the role, and one that is not meant for it.'
apitok create alice/no-role --no-roles --audience orders-api >/dev/null
call 403 alice/no-role
apitok create alice/no-audience --no-roles >/dev/null
call 401 alice/no-audience

say '6. What alice has.'
run apitok list --owner alice -o table

say "7. It ends when it is no longer needed."
run apitok revoke alice/ci --yes

printf '\nThis was %s against the Keycloak at %s.\n' "$(apitok version | cut -d' ' -f1-2)" "$APITOK_TEST_KEYCLOAK"
