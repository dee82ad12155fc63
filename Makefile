# Everything that is run on this repository. What a target needs and the machine
# lacks is installed on Debian and Ubuntu, or named in one line.

GO        ?= go
BUILD     := .build
GOLANGCI  := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
GORELEASE := github.com/goreleaser/goreleaser/v2@v2.15.1

# What only the tests of the Secret Service need, what counts instructions, the
# browser that signs in, and the programs that tokens are handed to.
ON_LINUX  := $(if $(filter Linux,$(shell uname)),-try dbus-launch=dbus-x11 -try valgrind=valgrind \
	-try chromium=chromium -try chromedriver=chromium-driver \
	-try ssh-keygen=openssh-client -try git=git -try curl=curl -try kubectl=kubernetes-client -try javac=default-jdk-headless)

.DEFAULT_GOAL := help

.PHONY: help
help: ## list the targets
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: build testbed ## give alice a credential on a real Keycloak, step by step
	@$(BUILD)/testbed -with curl=curl ./internal/testkit/demo.sh

.PHONY: test
test: testbed ## run every test on a real Keycloak and a real keyring
	APITOK_TEST_JAVA_OPTS= $(BUILD)/testbed $(ON_LINUX) $(GO) test -parallel 4 -timeout 40m ./...

.PHONY: bench
bench: build testbed ## measure apitok against other ways to a token
	@$(GO) build -o $(BUILD)/bench ./internal/testkit/bench
	@APITOK_TEST_JAVA_OPTS= $(BUILD)/testbed -with curl=curl -with jq=jq -with secret-tool=libsecret-tools -with time=time -with oidc-token=oidc-agent-cli $(BUILD)/bench

.PHONY: lint
lint: ## check the style of the code
	$(GO) run $(GOLANGCI) run

.PHONY: docs
docs: ## write completions and docs/cli from the commands
	$(GO) run ./internal/cli/docgen -completions completions -markdown docs/cli

.PHONY: build
build: go ## build apitok into .build, as a release is built
	CGO_ENABLED=0 $(GO) build -trimpath -o $(BUILD)/apitok ./cmd/apitok

.PHONY: testbed
testbed: go
	@$(GO) build -o $(BUILD)/testbed ./internal/testkit/testbed

.PHONY: go
go:
	@command -v $(GO) >/dev/null || { echo "please install Go 1.26 or later, and see that it is in PATH" >&2; exit 1; }

.PHONY: release-check
release-check: ## check what a release would be made of
	$(GO) run $(GORELEASE) check
