# Two commands do everything: `make demo` runs the main job, `make test` runs every check.
# Both set up what they need in .venv; nothing outside this folder is touched, except that root installs what apt must give
# (python3-venv, and Chromium for the tests that drive a browser).
.DEFAULT_GOAL := help
.PHONY: help demo test lint format bench catalogues schemas golden language web clean
SHELL := /bin/bash
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
CATALOGUES := $(VENV)/.catalogues
EXAMPLE ?= karabakh-2020
SERVE ?= 1

help:  ## what can be made here
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## */\t/' | expand -t 14

$(READY): pyproject.toml constraints.txt
	@echo "Setting up $(VENV) (once, about a minute) …" >&2
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Trucewatch needs Python 3.11 or later; name it with: make PYTHON=/path/to/python3" >&2; exit 2; }
	@$(PYTHON) -m venv $(VENV) >/dev/null 2>&1 || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null && rm -rf $(VENV) && $(PYTHON) -m venv $(VENV); \
	  else echo "Python's venv module is missing. Ask an administrator for: apt-get install python3-venv" >&2; exit 2; fi; }
	@$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

$(CATALOGUES): $(READY) $(shell find src -name '*.po')
	@$(BIN)/python -m trucewatch.locale --compile && touch $@

demo: $(CATALOGUES)  ## copy the reference watch, run it, write drafts of its reports, open the console (SERVE=0: stop before that)
	@mkdir -p demo && cd demo && ../$(BIN)/trucewatch demo $(EXAMPLE) $(if $(filter 0,$(SERVE)),--no-serve)
	@echo; echo "Seen from here: demo/$(EXAMPLE)/.trucewatch/out/drafts/ holds drafts of the reports; the console again: $(BIN)/trucewatch serve demo/$(EXAMPLE)"

test: lint  ## every check; those that drive a browser skip where there is no Chromium
	@command -v chromium chromium-browser google-chrome >/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then echo "Installing Chromium for the browser tests (once) …" >&2; \
	    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium; } >/dev/null 2>&1 || echo "Chromium could not be installed; the browser tests will skip" >&2; \
	  else echo "No Chromium here, so the browser tests will skip. Ask an administrator for: apt-get install chromium" >&2; fi; }
	@$(BIN)/python -m pytest -n 2 -q

lint: $(CATALOGUES)  ## style and types
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/python tools/format_styles.py --check && $(BIN)/mypy

format: $(READY)  ## lay out code and style sheets
	@$(BIN)/ruff format . && $(BIN)/python tools/format_styles.py

bench: $(CATALOGUES)  ## measure the figures (PARTS="…" for some of them); writes docs/benchmarks.md
	@$(BIN)/python benchmarks/run.py $(PARTS)

catalogues: $(READY)  ## after a change of sentences: update every .po file and compile them
	@$(BIN)/python -m trucewatch.locale

language: $(READY)  ## begin a language: make language LANG=az
	@$(if $(filter command line,$(origin LANG)),,echo "say which: make language LANG=az" >&2; exit 2;) $(BIN)/python -m trucewatch.locale --language $(LANG) || true

schemas: $(READY)  ## write docs/schemas from the records
	@$(BIN)/python -m trucewatch.watch.schemas docs/schemas

golden: $(CATALOGUES)  ## renew golden files, approved words and screenshots after a change that is meant; look at the difference first
	@TRUCEWATCH_GOLDEN=1 $(BIN)/python -m pytest -q tests/reports tests/server/test_visible_text.py tests/browser/test_for_everyone.py -k 'golden or approved'

web:  ## build the browser side again from web/ (needs Node 20.19 or later); the result is committed
	@command -v npm >/dev/null || { echo "npm is missing: install Node.js 20.19 or later. Nothing else needs it; the built files are in src/trucewatch/server/static/" >&2; exit 2; }
	@cd web && npm ci --silent && npm test --silent && npm run build --silent

clean:  ## remove what make made
	@find src -name "*.nb[ic]" -delete; rm -rf $(VENV) demo .hypothesis .pytest_cache .mypy_cache .ruff_cache build dist
