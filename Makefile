PYTHON ?= python3
PORT ?= 8000
MINUTES ?= 1
EXAMPLES ?= 200
# Two more than there are processors: tests wait for servers, disks and clocks, and each further worker loads all anew.
WORKERS ?= $(shell expr $$(nproc) + 2)
BIN := .venv/bin
SETUP := $(PYTHON) -B -m tools.setup

.DEFAULT_GOAL := help
.PHONY: help python setup setup-dev install run demo dist image image-test release wheel-test test test-postgresql fuzz judge check bench bench-search soak failover places screenshot translations lock clean
.NOTPARALLEL:
# Hundreds of processes that tests start import the site; each would translate all of it anew.
unexport PYTHONDONTWRITEBYTECODE
MAKEFLAGS += --no-print-directory

help: ## list these targets
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# A bare Debian has no Python. Root gets it; everybody else reads what to type.
PACKAGES := python3 python3-venv ca-certificates
python:
	@command -v $(PYTHON) >/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && [ -z "$$NO_APT" ] && command -v apt-get >/dev/null; then \
	    echo "Installing with apt-get: $(PACKAGES) (NO_APT=1 keeps set-up from it) …" >&2; \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(PACKAGES) >/dev/null; \
	  else echo "Python is missing: apt-get install -y --no-install-recommends $(PACKAGES)" >&2; exit 1; fi; }

setup: python ## install what the site needs into .venv and static/vendor (nothing else on the system changes)
	@$(SETUP)

setup-dev: python ## the same, with what tests and checks need
	@$(SETUP) --dev

# What is on the machine already stays, but for units and command, which belong to the release.
OWN := install -o erfahrungsnetz -g erfahrungsnetz
install: ## as root: user, data folder, units, command and nginx for a site (make install SITE=erfahrungen.example)
	@test -n "$(SITE)" || { echo "Name the site: make install SITE=erfahrungen.example" >&2; exit 2; }
	@id -u erfahrungsnetz >/dev/null 2>&1 || useradd --system --home-dir /var/lib/erfahrungsnetz --shell /usr/sbin/nologin erfahrungsnetz
	@$(OWN) -d -m 0750 /var/lib/erfahrungsnetz /var/cache/erfahrungsnetz
	@install -m 0755 deploy/server/erfahrungsnetz /usr/local/bin/
	@install -m 0644 -D -t /etc/systemd/system deploy/server/*.service
	@test -e /var/lib/erfahrungsnetz/node.env || \
	  sed 's/erfahrungen\.example/$(SITE)/' deploy/server/node.env > /var/lib/erfahrungsnetz/node.env
	@test -e /etc/nginx/conf.d/erfahrungsnetz.conf || ! test -d /etc/nginx/conf.d || \
	  sed 's/erfahrungen\.example/$(SITE)/' deploy/server/nginx.conf > /etc/nginx/conf.d/erfahrungsnetz.conf
	@chown erfahrungsnetz: /var/lib/erfahrungsnetz/node.env && chmod 0640 /var/lib/erfahrungsnetz/node.env
	@test -e /var/lib/erfahrungsnetz/providers.toml || $(OWN) -m 0640 /dev/null /var/lib/erfahrungsnetz/providers.toml
	@echo "Installed for https://$(SITE). Next: /var/lib/erfahrungsnetz/node.env and providers.toml (docs/operations.md)"

run: setup ## start the site on http://127.0.0.1:8000 with an example sign-in (PORT=8001 for another port)
	@exec $(BIN)/erfahrungsnetz try --port $(PORT)

demo: setup ## three nodes on this machine that exchange their records, with a tour (ports 8001 to 8003)
	@exec $(BIN)/python -m tools.demo $(ARGS)

dist: setup-dev ## build the wheel and the source archive into build/dist
	@$(BIN)/python -m tools.dist

# Where this machine needs more, such as another storage or a mirror: BUILDAH="buildah --storage-driver vfs" ARGS="--volume …"
BUILDAH ?= buildah
image: dist ## build the container image erfahrungsnetz (needs buildah; BASE=another-debian, MEANING=no without the model)
	@$(BUILDAH) bud --format docker --timestamp $$(git log -1 --format=%ct) --tag erfahrungsnetz $(and $(BASE),--build-arg BASE=$(BASE)) $(and $(MEANING),--build-arg MEANING=$(MEANING)) \
	  --build-arg VERSION=$$($(BIN)/erfahrungsnetz --version | awk '{print $$NF}') --build-arg REVISION=$$(git rev-parse HEAD) $(ARGS) .

release: setup-dev ## the same with list of parts, notes, checksums and signature (IMAGE=erfahrungsnetz KEY=private-key)
	@BUILDAH="$(BUILDAH)" $(BIN)/python -m tools.release $(and $(IMAGE),--image $(IMAGE)) $(and $(KEY),--key $(KEY))

image-test: image ## run it on a read-only root, stop it during 20 publications, look into its layers (as root)
	@BUILDAH="$(BUILDAH)" $(BIN)/python -m tools.image_test

wheel-test: setup-dev ## try the wheel without checkout, Node.js and network on Python 3.11 and 3.13, and upgrade a node of 0.9 (as root; BEFORE=another-commit)
	@BEFORE=$(BEFORE) $(BIN)/python -m tools.wheel_test

test: python ## run all tests, those in the browser included
	@$(SETUP) --dev --chromium
	@$(BIN)/pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

# What touches the store, chosen so that it takes a few minutes on two cores.
ON_POSTGRESQL := tests/functional/database tests/functional/catalogue tests/functional/identity tests/functional/privacy \
	tests/functional/review tests/functional/web/following \
	$(addprefix tests/functional/web/test_,on_postgresql.py reader.py shared_files.py) \
	tests/functional/kickoff/test_memo_store.py tests/functional/wiring/test_webhooks.py \
	$(addprefix tests/functional/federation/harvest/test_,exchange.py moderating.py)

test-postgresql: python ## run the tests of the store on a PostgreSQL server of their own (Debian: postgresql)
	@$(SETUP) --dev
	@NODE_TEST_DATABASE=postgresql $(BIN)/pytest --numprocesses $(WORKERS) --dist loadfile $(ON_POSTGRESQL) $(ARGS)

fuzz: setup-dev ## damaged and invented input for all that strangers may send, one minute a kind (MINUTES=10, ARGS="-k push")
	@FUZZ_SECONDS=$$(($(MINUTES) * 60)) $(BIN)/pytest --quiet --capture no $(ARGS) tests/fuzz

judge: setup-dev ## 200 requests for each operation of the interfaces, and walks from one to the next (EXAMPLES=1000)
	@JUDGE_EXAMPLES=$(EXAMPLES) $(BIN)/pytest --quiet --capture no tests/contract/doors/test_software.py -k description_says

check: setup-dev ## style, types, layers, licences, translations, contents, known vulnerabilities
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --cache-dir .cache/import-linter
	$(BIN)/reuse --suppress-deprecation lint --quiet
	$(BIN)/python -m tools.check_files
	$(BIN)/python -m tools.check_translations
	$(BIN)/python -m tools.check_advisories
	$(BIN)/erfahrungsnetz check content

bench: setup-dev ## measure pages, search, start-up and memory; writes bench/results.json
	@$(BIN)/python -m bench.run $(ARGS)

bench-search: setup-dev ## measure the search alone: graded questions, compounds, speed
	@$(BIN)/python -m bench.search_evaluation
	@$(BIN)/python -m bench.search_compounds
	@$(BIN)/python -m bench.bench_search $(ARGS)

soak: setup-dev ## a node under readers and editors, killed 50 times while it publishes (ARGS="--minutes 3 --kills 8")
	@$(BIN)/python -m bench.soak $(ARGS)

failover: setup-dev ## three machines on two database servers behind HAProxy, each killed in turn (Debian: patroni, etcd, haproxy)
	@$(BIN)/python -m bench.failover $(ARGS)

screenshot: python ## make the picture in the README anew
	@$(SETUP) --dev --chromium
	@$(BIN)/python -m tools.screenshot docs/screenshot.png

places: ## make the list of places that comes with the program anew from the two packages it is built from
	@$(BIN)/python -m tools.places

translations: setup-dev ## collect new texts into the German catalogue and compile it
	@$(BIN)/python -m tools.translations

lock: setup-dev ## resolve the dependencies of pyproject.toml and package.json anew
	@$(BIN)/python -m tools.lock

clean: ## remove what set-up and tests made; instance/ (your data) stays
	rm -rf .venv node_modules static/vendor build .cache test-results bench/results.json *.egg-info
