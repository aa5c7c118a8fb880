# Two commands do everything: `make demo` runs the main job, `make test` runs every check.
# Both set up what they need in .venv, from requirements/ alone: every package at its version and its hash. `demo` takes what
# the program needs to run, the rest also what tests need. Nothing outside this folder is touched, except that root installs
# what only apt can give (tools/apt_install.sh: python3-venv here, Chromium in `test`); a person at the terminal is asked first.
.DEFAULT_GOAL := help
.PHONY: help demo test lint format bench catalogues schemas golden language web lock sbom clean
SHELL := /bin/bash
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
READY_TO_TEST := $(VENV)/.ready-to-test
PIP := $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes
CATALOGUES := $(VENV)/.catalogues
EXAMPLE ?= karabakh-2020
SERVE ?= 1

# Tests begin hundreds of processes, and each would compile the program anew.
unexport PYTHONDONTWRITEBYTECODE

help:  ## what can be made here
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## */\t/' | expand -t 14

$(READY): pyproject.toml requirements/run.txt requirements/build.txt
	@echo "Setting up $(VENV) (once, about a minute) …" >&2
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Trucewatch needs Python 3.11 or later; name it with: make PYTHON=/path/to/python3" >&2; exit 2; }
	@$(PYTHON) -m venv $(VENV) >/dev/null 2>&1 || { tools/apt_install.sh "Python's virtual environments" python3-venv && rm -rf $(VENV) && $(PYTHON) -m venv $(VENV); } || exit 2
	@$(PIP) -r requirements/build.txt -r requirements/run.txt
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-index --no-deps --no-build-isolation -e .
	@touch $@

$(READY_TO_TEST): $(READY) requirements/dev.txt
	@echo "Adding what the checks need (once, about a minute) …" >&2
	@$(PIP) -r requirements/dev.txt
	@touch $@

$(CATALOGUES): $(READY) $(shell find src -name '*.po')
	@$(BIN)/python -m trucewatch.locale --compile && touch $@

demo: $(CATALOGUES)  ## copy the reference watch, run it, write drafts of its reports, open the console (SERVE=0: stop before that)
	@mkdir -p demo && cd demo && ../$(BIN)/trucewatch demo $(EXAMPLE) $(if $(filter two-valleys,$(EXAMPLE)),--people) $(if $(filter 0,$(SERVE)),--no-serve)
	@echo; echo "Seen from here: demo/$(EXAMPLE)/.trucewatch/out/drafts/ holds drafts of the reports; the console again: $(BIN)/trucewatch serve demo/$(EXAMPLE)"
	@[ ! -d demo/$(EXAMPLE)-aid ] || echo "The humanitarian instance that goes with it: $(BIN)/trucewatch serve demo/$(EXAMPLE)-aid --port 8021"

test: lint  ## every check; those that drive a browser skip where there is no Chromium
	@command -v chromium chromium-browser google-chrome >/dev/null || tools/apt_install.sh "the tests that drive a browser" chromium || echo "The browser tests will skip." >&2
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -q

lint: $(READY_TO_TEST) $(CATALOGUES)  ## style and types
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/python tools/format_styles.py --check && $(BIN)/mypy

format: $(READY_TO_TEST)  ## lay out code and style sheets
	@$(BIN)/ruff format . && $(BIN)/python tools/format_styles.py

bench: $(READY_TO_TEST) $(CATALOGUES)  ## measure the figures (PARTS="…" for some of them); writes docs/benchmarks.md
	@$(BIN)/python benchmarks/run.py $(PARTS)

catalogues: $(READY)  ## after a change of sentences: update every .po file and compile them
	@$(BIN)/python -m trucewatch.locale

language: $(READY)  ## begin a language: make language LANG=az
	@$(if $(filter command line,$(origin LANG)),,echo "say which: make language LANG=az" >&2; exit 2;) $(BIN)/python -m trucewatch.locale --language $(LANG) || true

schemas: $(READY)  ## write docs/schemas from the records
	@$(BIN)/python -m trucewatch.watch.schemas docs/schemas

golden: $(READY_TO_TEST) $(CATALOGUES)  ## renew golden files, approved words and screenshots after a change that is meant; look at the difference first
	@TRUCEWATCH_GOLDEN=1 $(BIN)/python -m pytest -q tests/reports tests/server/test_visible_text.py tests/browser/test_for_everyone.py -k 'golden or approved'

web:  ## build the browser side again from web/ (needs Node 20.19 or later); the result is committed
	@command -v npm >/dev/null || { echo "npm is missing: install Node.js 20.19 or later. Nothing else needs it; the built files are in src/trucewatch/server/static/" >&2; exit 2; }
	@cd web && npm ci --silent && npm test --silent && npm run build --silent

lock: $(READY_TO_TEST)  ## after a change of what pyproject.toml asks for: write requirements/ again (needs the network)
	@$(BIN)/python tools/lock.py

sbom: $(READY_TO_TEST)  ## write docs/sbom.cdx.json and docs/licences.md: everything that is shipped or installed, and its licence
	@$(BIN)/python tools/sbom.py

clean:  ## remove what make made
	@find src -name "*.nb[ic]" -delete; rm -rf $(VENV) demo .hypothesis .pytest_cache .mypy_cache .ruff_cache build dist
