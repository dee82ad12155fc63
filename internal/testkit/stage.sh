# Sourced by the demo: a realm of its own, an empty home folder,
# the orders API, and apitok in the PATH. Everything is gone at the end.
# shellcheck shell=bash

stage() {
	local realm=$1
	stage_home=$(mktemp -d)
	trap 'kill $(jobs -p) 2>/dev/null; wait 2>/dev/null; rm -rf "$stage_home"' EXIT
	export GOFLAGS=${GOFLAGS-}
	go build -o "$stage_home/bin/" ./internal/testkit/seed ./internal/testkit/ordersapi/serve
	cp .build/apitok "$stage_home/bin/"
	"$stage_home/bin/seed" "$realm"
	coproc ORDERS { exec "$stage_home/bin/serve" "$APITOK_TEST_KEYCLOAK/realms/$realm"; }
	read -r -u "${ORDERS[0]}" orders_url
	export HOME=$stage_home PATH=$stage_home/bin:$PATH
	unset XDG_CONFIG_HOME XDG_STATE_HOME CI
	APITOK_LOGIN_PASSWORD=$APITOK_TEST_ADMIN_PASSWORD
	export APITOK_LOGIN_PASSWORD
}
