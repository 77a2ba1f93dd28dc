# xbyx_rules.  `make help` lists the targets.
#
#   PYTHON=python3.12   the interpreter to build the environment with (3.11 or later)
#   SEED=7              the demo's seed
#   ARGS='-k credit'    more arguments for pytest
#   UPGRADE=1           let `make pins` raise versions
#
# Paths are relative throughout, so a checkout may stand anywhere, spaces and 汉字 included.

VENV := .venv
PYTHON ?=
SEED ?=
ARGS ?=
UPGRADE ?=

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:
unexport PYTHONPATH PYTHONHOME
export PIP_DISABLE_PIP_VERSION_CHECK := 1

BIN := $(VENV)/bin
RUN := $(BIN)/python -m
ADAPTERS := $(patsubst %/pyproject.toml,%,$(wildcard adapters/*/pyproject.toml))
TYPED := src $(wildcard adapters/*/src)
PAGES := $(wildcard README.md docs)

# WHY the checksum: a moved checkout must not go on using an environment that points elsewhere.
STAMP := $(VENV)/.installed-$(shell pwd | cksum | cut -d' ' -f1)
LOCK := .requirements/dev.txt
INPUTS := pyproject.toml .requirements/build.txt $(LOCK) \
          $(wildcard adapters/*/pyproject.toml)

# PYTHON given, but the environment was built with another version: build it again.
VERSION_OF := -c 'import sys; print("%d.%d" % sys.version_info[:2])'
ifneq ($(PYTHON),)
  WANTED := $(shell $(PYTHON) $(VERSION_OF) 2>/dev/null)
  BUILT := $(shell $(BIN)/python $(VERSION_OF) 2>/dev/null)
  ifeq ($(WANTED),)
    $(error PYTHON=$(PYTHON) does not run)
  endif
  ifneq ($(WANTED),$(BUILT))
    REBUILD := rebuild
  endif
endif

# The first interpreter that runs and is new enough.  3.11 and 3.12 come first because
# durable-rules, the Rete engine, can't be imported from 3.13 on.
define FIND_PYTHON
for candidate in $(or $(PYTHON),python3.11 python3.12 python3); do \
  if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
    python="$$candidate"; break; \
  fi; \
done; \
if [ -z "$${python:-}" ]; then \
  echo "no Python 3.11 or later found (tried: $(or $(PYTHON),python3.11 python3.12 python3))" >&2; \
  echo "help: apt-get install python3 python3-venv python3-dev gcc, or make PYTHON=/path/to/python3.11" >&2; \
  exit 1; \
fi
endef

##@ Run

.PHONY: demo
demo: install ## Run the demonstration; it writes to build/demo/ (SEED=7 for another school)
	@$(BIN)/xbyx demo $(if $(SEED),--seed "$(SEED)")

.PHONY: test
test: install ## Run the whole test suite, on every core up to four (ARGS='-k name' for a part of it)
	@$(RUN) pytest $(or $(ARGS),-n auto --maxprocesses 4 --dist worksteal)

##@ Check

.PHONY: check
check: ## Everything that continuous integration runs
	@.ci/run

.PHONY: format
format: install ## Rewrite the code in house format
	@$(RUN) ruff check --quiet --select I --fix .
	@$(RUN) ruff format .

.PHONY: format-check
format-check: install ## Say which files are not in house format
	@$(RUN) ruff format --check .

.PHONY: lint
lint: install ## Lint (ruff)
	@$(RUN) ruff check .

.PHONY: types
types: install ## Strict types of the library and the adapters (mypy)
	@$(RUN) mypy --strict $(TYPED)

.PHONY: layers
layers: install ## A package imports only from packages below it (import-linter)
	@$(BIN)/lint-imports --no-logo

# WHY --ignore: Alembic runs this file; it can't be imported.
.PHONY: docs-test
docs-test: install ## Run the examples of the docstrings and of the Markdown pages
	@PYTHONPATH=.ci $(RUN) pytest -q -p markdown_examples --doctest-modules src $(PAGES) \
	  --ignore src/xbyx_rules/hosting/migrations/env.py

.PHONY: check-rules
check-rules: install ## Check the policy documents in rules/: layout, clause by clause, each rule broken in turn
	@$(BIN)/xbyx fmt --check rules
	@$(BIN)/xbyx check rules

.PHONY: test-rules
test-rules: install ## Run the policy documents' own examples
	@$(BIN)/xbyx test rules

# WHY not part of `install`: a browser is large, and only a few tests need one; they say when they
# are left out.  Continuous integration runs this first, so it leaves none out.
.PHONY: browser
browser: ## Get what the browser tests need: Chromium (apt-get, as root) and axe-core (npm)
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null || { \
	  apt-get -qq update && apt-get -qq install -y --no-install-recommends chromium >/dev/null; \
	} || { echo "help: install chromium by your own means" >&2; exit 1; }
	@mkdir -p build/browser && cp tests/browser/package*.json build/browser/
	@npm ci --prefix build/browser --silent --no-audit --no-fund

# WHY --no-install-recommends, and no service: the tests start servers of their own, unprivileged, on
# free ports of loopback, in temporary folders.  They say which database they left out.
.PHONY: databases
databases: ## Get the databases that tests start: PostgreSQL and MariaDB (apt-get, as root)
	@{ ls /usr/lib/postgresql/*/bin/initdb || command -v initdb; } >/dev/null 2>&1 && \
	  PATH="$$PATH:/usr/sbin" command -v mariadbd >/dev/null || { \
	  apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y \
	    --no-install-recommends postgresql mariadb-server >/dev/null; \
	} || { echo "help: install postgresql and mariadb-server by your own means" >&2; exit 1; }

CRASHES := $(addprefix tests/integration/test_ledger_,crash.py crash_timers.py)

.PHONY: crash
crash: install ## Kill senders and servers some hundred times on each database, and print where
	@XBYX_KILLS=300 $(RUN) pytest -q $(CRASHES)

.PHONY: coverage
coverage: install ## Which lines and branches the suite leaves out (build/coverage/html)
	@mkdir -p build/coverage
	@$(RUN) pytest --cov --cov-report=term --cov-report=html $(ARGS)

# SQLAlchemy's 2.0 line in an environment of its own: the dialect of Dameng needs it.  The tests that
# take long, of tampering, crashes and many senders, are not about SQLAlchemy.
OLDER := tests/dialects $(wildcard tests/integration/test_migrations_*.py) \
  $(addprefix tests/integration/test_ledger_,flow.py schema.py with_documents.py outbox.py)

.PHONY: dialects
dialects: ## The ledger on SQLAlchemy 2.0, and compiled for openGauss, Dameng and others
	@$(MAKE) --no-print-directory install VENV=.venv-sa20 LOCK=.requirements/dialects.txt
	@.venv-sa20/bin/python -m pytest $(OLDER) -m 'not slow' -k 'not mariadb' $(ARGS)

.PHONY: test-3.11 test-3.12 test-3.13
test-3.11 test-3.12 test-3.13: test-%: ## Run the suite on that Python, where there is one
	@python="python$*"; \
	if ! "$$python" -c '' 2>/dev/null && command -v pyenv >/dev/null; then \
	  python="$$(pyenv prefix "$$(pyenv latest "$*" 2>/dev/null)" 2>/dev/null)/bin/python"; \
	fi; \
	if "$$python" -c '' 2>/dev/null; then \
	  $(MAKE) --no-print-directory test VENV=.venv-$* PYTHON="$$python"; \
	else \
	  echo "no python$* here: suite not run on it"; \
	fi

##@ Renew

.PHONY: bless
bless: install ## Rewrite the golden files; review the diff and say why in the commit
	@XBYX_BLESS=1 $(RUN) pytest -q $(ARGS)

.PHONY: bench
bench: install ## Measure speed
	@$(BIN)/python tests/benchmarks/run.py $(ARGS)

.PHONY: bench-ledger
bench-ledger: install ## Measure the ledger on each database (ARGS='--part inbox --only mariadb')
	@$(BIN)/python tests/benchmarks/ledger.py $(ARGS)

# WHY --universal: one file with markers serves every supported Python and platform.
COMPILE = build/pins/bin/python -m uv pip compile --quiet --universal --python-version 3.11 \
  --generate-hashes --strip-extras --no-emit-index-url --no-emit-find-links \
  --custom-compile-command "make pins" $(if $(UPGRADE),--upgrade)

.PHONY: pins
pins: ## Compile .requirements/*.txt from pyproject.toml (UPGRADE=1: newest versions)
	@$(FIND_PYTHON); mkdir -p build; "$$python" -m venv build/pins
	@build/pins/bin/python -m pip install -qq uv
	@$(COMPILE) .requirements/build.in --output-file .requirements/build.txt
	@$(COMPILE) pyproject.toml .requirements/build.in --constraint .requirements/build.txt \
	  --extra calendar --extra rete --extra report --extra migrations --extra telemetry \
	  --extra testing --extra dev \
	  --output-file .requirements/dev.txt
	@$(COMPILE) pyproject.toml .requirements/build.in .requirements/dialects.in \
	  --extra migrations --extra testing --output-file .requirements/dialects.txt
	@if grep -nE '://|^-|(^|[ @])/' .requirements/*.txt; then \
	  echo "these lines name a host or a path: not to be committed" >&2; exit 1; \
	fi
	@git --no-pager diff --stat -- .requirements 2>/dev/null || true

##@ House-keeping

.PHONY: install
install: $(STAMP) ## Build the environment in .venv; any target does it when needed

.PHONY: rebuild
rebuild:
	@rm -rf "$(VENV)"

# WHY --no-deps: the files name every package; older pips would look for `coverage[toml]` themselves
# and take a release newer than the pin.  `pip check` says whether anything is missing.
$(STAMP): $(INPUTS) $(REBUILD)
	@$(FIND_PYTHON); \
	if ! "$(BIN)/python" -m pip --version >/dev/null 2>&1 || ! ls "$@" >/dev/null 2>&1; then \
	  echo "==> $(VENV): new environment, $$("$$python" --version)"; \
	  rm -rf "$(VENV)"; \
	  if ! "$$python" -m venv "$(VENV)"; then \
	    rm -rf "$(VENV)"; \
	    echo "$$python can't make a virtual environment" >&2; \
	    echo "help: apt-get install python3-venv" >&2; \
	    exit 1; \
	  fi; \
	  : > "$@"; touch -t 197001020000 "$@"; \
	fi
	@echo "==> $(VENV): installing $$(grep -c '==' $(LOCK)) pinned packages (a minute or two when new)"
	@$(RUN) pip install -qq --no-deps --require-hashes -r .requirements/build.txt
	@$(RUN) pip install -qq --no-deps --require-hashes --no-build-isolation -r $(LOCK) || { \
	  echo "the pinned packages could not be installed" >&2; \
	  echo "help: if durable-rules failed to compile: apt-get install gcc python3-dev" >&2; \
	  exit 1; \
	}
	@echo "==> $(VENV): installing xbyx_rules $(patsubst adapters/%,and %,$(ADAPTERS)), editable"
	@$(RUN) pip install -qq --no-deps --no-build-isolation -e . $(addprefix -e ,$(ADAPTERS))
	@$(RUN) pip check >/dev/null || { $(RUN) pip check >&2; exit 1; }
	@touch "$@"

.PHONY: clean
clean: ## Remove everything that make made
	@rm -rf .venv .venv-3.* .venv-sa20 build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	@find src tests adapters -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

.PHONY: help
help: ## This list
	@awk 'BEGIN { FS = ":.*## " } \
	  /^##@/ { printf "\n%s\n", substr($$0, 5) } \
	  /^[a-z][^:]*:.*## / { gsub(/ /, ", ", $$1); printf "  %-13s %s\n", $$1, $$2 }' Makefile
