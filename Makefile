# Targets for people and for CI. The default suite needs Go and a C compiler
# only; the sweeps need the tools that .ci/run installs.
GO ?= go
# The Go that releases are built with: the newest patch of the one that go.mod asks
# for, whatever is installed. "local" takes what is installed.
RELEASE_GO ?= go1.26.11
FUZZTIME ?= 100000x
# 1 is what CI runs; "full" is everything there is, for releases.
LONG ?= 1
# What the program says of itself: the tag without its v, the commit and its date.
VERSION ?= $(shell git describe --tags --dirty 2>/dev/null | sed 's/^v//')
COMMIT ?= $(shell git rev-parse HEAD 2>/dev/null)
DATE ?= $(shell TZ=UTC git log -1 --format=%cd --date=format-local:%Y-%m-%dT%H:%M:%SZ 2>/dev/null)
# Where archives are published, for the recipes.
HOME_PAGE ?= https://github.com/example/patdesk
MODULE = $(shell $(GO) list -m)
STAMP = -X $(MODULE)/cli.Version=$(VERSION) -X $(MODULE)/cli.Commit=$(COMMIT) -X $(MODULE)/cli.Date=$(DATE)

.PHONY: build test race lint vet-systems sweep fuzz bench bench-ui golden screenshots module demo man dist dist-tools dist-finish dist-check vulnerabilities

build: ## the program, in ./patdesk
	$(GO) build -trimpath -ldflags "$(STAMP)" -o patdesk .

test: ## the default suite
	$(GO) test ./...

# What starts goroutines, or is used by several. The rest makes texts of texts.
CONCURRENT = $(shell $(GO) list ./... | grep -vE '/(address|csp|docs|e2e/browser|literal|paste|scripts/.*|span|ui/term/termtest)$$')
# Where the sweeps are: the others need not be built for them.
SWEEP = Sweep|EverySize|Mash|RandomKeys|ScreensShowTextOnly|WalksEqual|Processes|Kill|DamagedFiles
SWEPT = $(shell grep -rlE --include='*_test.go' '^func Test[A-Za-z_]*($(SWEEP))' . | xargs -n 1 dirname | sort -u)

# The console's stories that are told again on PostgreSQL.
STORIES = $(if $(filter full,$(LONG)),.,^Test(Issue|Role|Drift|Plan))

race: ## the default suite under the race detector, with the long tests shortened and those of many processes left out
	$(GO) test -race -short $(CONCURRENT)

lint: ## formatting, vet and the linter
	@test -z "$$(gofmt -l .)" || { gofmt -l .; exit 1; }
	$(GO) vet ./...
	golangci-lint run
	$(GO) mod tidy -diff

vet-systems: ## every package vetted for Windows and macOS, with the names of SQLite only
	scripts/systems/vet

sweep: ## everything at full length: kills, lost answers, processes, sizes, hostile texts
	PATDESK_LONG=$(LONG) $(GO) test -count=1 -parallel 4 -timeout 20m -run '$(SWEEP)' $(SWEPT)
	test -z "$$PATDESK_TEST_POSTGRES" || PATDESK_STORIES=postgres $(GO) test -count=1 -short -timeout 20m -run '$(STORIES)' ./ui

fuzz: ## every fuzz target for FUZZTIME executions
	@set -e; for f in $$(grep -rl --include='*_test.go' '^func Fuzz' . | sort); do \
		for t in $$(sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\).*/\1/p' $$f); do \
			echo "fuzz $$(dirname $$f) $$t"; \
			$(GO) test -run '^$$' -fuzz "^$$t$$" -fuzztime $(FUZZTIME) ./$$(dirname $$f); \
		done; done

bench: ## figures for docs/performance.md; they decide nothing
	$(GO) test -run '^$$' -bench . -benchtime 20x -timeout 30m ./history ./history/postgres ./e2e

bench-ui: ## the console beside the bare framework, a painter without one, and fzf, tig, lazygit and hishtory where installed, in one run
	$(GO) run ./scripts/benchui

man: ## the manual pages, in dist/man
	$(GO) run ./scripts/man -out dist/man -date "$(DATE)"

dist-tools: ## what dist and dist-check need on Debian 12, on amd64
	dpkg --add-architecture arm64
	apt-get update -q
	apt-get install -y -q --no-install-recommends gcc libc6-dev musl-tools musl-dev:amd64 musl-dev:arm64 gcc-aarch64-linux-gnu \
		gcc-mingw-w64-x86-64 dpkg-dev rpm lintian mandoc unzip qemu-user-static wine64 xvfb xclip \
		shellcheck ruby nix-bin makepkg pacman-package-manager libarchive-tools fakeroot buildah

dist: ## archives, packages, bills of materials, recipes and sums, in dist
	GOTOOLCHAIN=$(RELEASE_GO) $(GO) run ./scripts/dist -out dist -version "$(VERSION)" -commit "$(COMMIT)" -date "$(DATE)" -home "$(HOME_PAGE)"

dist-finish: ## recipes and sums anew, when archives of other machines were put into dist
	GOTOOLCHAIN=$(RELEASE_GO) $(GO) run ./scripts/dist -finish -out dist -version "$(VERSION)" -commit "$(COMMIT)" -date "$(DATE)" -home "$(HOME_PAGE)"

dist-check: ## makes it twice from clones, compares, installs and removes it; takes minutes
	PATDESK_DIST=1 $(GO) test -count=1 -timeout 60m -run Dist ./scripts/dist

vulnerabilities: ## what is known against the code that a release calls
	GOTOOLCHAIN=$(RELEASE_GO) scripts/vulnerabilities

screenshots: ## the pictures of the README, from the real program on the sandbox
	$(GO) run ./scripts/screenshots

module: ## the module under another name: make module NAME=example.com/tools/patdesk
	$(GO) run ./scripts/module "$(NAME)"

golden: ## write the expected files of tests anew
	$(GO) test ./config ./snippet ./docs ./ui/... -update

demo: ## the sandbox in the terminal
	$(GO) run . --demo
