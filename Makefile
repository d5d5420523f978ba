# Two commands do everything: `make demo` and `make test`.
# They need Python 3.11 or later, make and a package index; the rest they bring themselves.

SHELL := /bin/sh
VENV ?= .venv
PY := $(VENV)/bin/python
UV := $(VENV)/bin/uv
WORKERS ?= 2
PYTEST := $(PY) -m pytest -p no:cacheprovider
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help demo test check interop format lock bench words clean

help: ## show this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/.demo ## start the demonstration and print its addresses
	@$(VENV)/bin/onechop up $(ARGS)

test: $(VENV)/.dev ## run all tests, in a real browser and on real databases too
	@$(PY) tests/house/chromium.py --install
	$(PYTEST) -n $(WORKERS) --dist loadfile -m "not journey and not interop" $(ARGS)
	$(PYTEST) -n $(WORKERS) --dist loadfile -m "journey and not interop" --no-header $(ARGS)

check: $(VENV)/.dev ## lint, format, types, import contracts, words, drift of the docs
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports --no-logo
	$(PY) tools/words.py check
	$(PYTEST) -q tests/architecture

interop: $(VENV)/.dev ## test against other people's programs (installs them: apt as root)
	@sh tools/interop.sh
	$(PYTEST) -m interop tests/interop $(ARGS)

format: $(VENV)/.dev ## format, mend what can be mended, write the pages that come from the code
	$(VENV)/bin/ruff check --fix-only .
	$(VENV)/bin/ruff format .
	$(PY) tools/reference.py

lock: $(VENV)/.dev ## resolve the dependencies again, with hashes and no addresses
	sh tools/lock.sh $(UV)

bench: $(VENV)/.dev ## measure (see docs/reference/performance.md)
	$(PY) bench/run.py $(ARGS)

words: $(VENV)/.dev ## collect the texts to translate and renew the catalogues
	$(PY) tools/words.py update

clean: ## remove what was made, but not var/ (keys and databases)
	rm -rf $(VENV) .mypy_cache .ruff_cache .import_linter_cache .hypothesis test-results

# `.demo` has what the demonstration needs, `.dev` the tools as well; a stamp remembers the locks.

$(VENV)/.uv: requirements-uv.lock tools/python.sh
	@sh tools/python.sh $(VENV)
	@touch $@

$(VENV)/.demo: $(VENV)/.uv requirements.lock requirements-build.lock pyproject.toml
	@test -e $(VENV)/.dev || sh tools/install.sh $(VENV) requirements.lock
	@test ! -e $(VENV)/.dev || sh tools/install.sh $(VENV) requirements-dev.lock
	@touch $@

$(VENV)/.dev: $(VENV)/.uv requirements-dev.lock requirements-build.lock pyproject.toml
	@sh tools/install.sh $(VENV) requirements-dev.lock
	@touch $@ $(VENV)/.demo
