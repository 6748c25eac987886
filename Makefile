# Two commands for a newcomer: make report, make test. `make help` lists the others.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export CARBON_PROJECT := $(CURDIR)
# Hundreds of tests start a program of their own: each would compile all modules again.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help report quick test lab lint types unit near notebooks examples picture contact-sheet docs lock advisories bench torture clean
.DEFAULT_GOAL := help

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

report: $(READY)  ## annual reports of every example company and year
	@$(BIN)/carbon run params/runs.yml

test: $(READY)  ## everything that must hold before a change lands
	@$(MAKE) --no-print-directory --jobs 2 lint types notebooks
	@$(MAKE) --no-print-directory unit

quick: $(READY)  ## within a minute: lint, types and the tests nearest to what the branch changed
	@$(MAKE) --no-print-directory --jobs 2 lint types
	@$(MAKE) --no-print-directory near

lint: $(READY)  ## ruff, and the words and names of docs/style.md
	$(BIN)/ruff check .
	$(BIN)/python scripts/lint_words.py

types: $(READY)  ## mypy, strict
	$(BIN)/mypy

# What does not fit into the seconds of the budget is skipped, and counted in the summary.
near: $(READY)
	$(BIN)/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder -p no:nbval --budget 35 -m "not slow and not browser and not torture" $$($(BIN)/python scripts/touched_tests.py)

# A file stays on one worker: what its tests share is made once. tests/conftest.py says which files come first.
unit: $(READY)  ## every test but the long ones
	$(BIN)/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder -p no:nbval -m "not torture"

notebooks: $(READY)  ## the notebooks, compared with their stored outputs
	$(BIN)/python -m pytest -q --nbval --nbval-current-env -n 2 --dist loadscope -p no:cacheprovider --ignore-glob='*_fr.ipynb' notebooks

lab: $(READY)  ## JupyterLab on this project
	@$(BIN)/carbon lab

examples: $(READY)  ## remake the invented companies' records, byte for byte
	$(BIN)/python scripts/make_examples.py

contact-sheet: $(READY)  ## every figure on light, dark, small and shared axes, to be looked at
	$(BIN)/python scripts/contact_sheet.py

picture: $(READY)  ## the README's picture of a report, taken in Chromium
	$(BIN)/python scripts/picture.py

bench: $(READY)  ## the performance bars; minutes
	$(BIN)/python -m benchmarks

torture: $(READY)  ## kills, full disks, fuzzing; CARBON_SLICE=2/10 runs a tenth of the fuzzing of records
	$(BIN)/python -m pytest -q -m torture

docs: $(READY)  ## the documentation as pages, into site/; a warning is an error
	@$(BIN)/python scripts/build_formula_docs.py
	@$(BIN)/python scripts/build_command_docs.py
	@$(BIN)/python scripts/build_rules_docs.py
	@$(BIN)/python scripts/build_sources_docs.py
	@$(BIN)/python scripts/build_coverage_docs.py
	@$(BIN)/python scripts/build_module_docs.py
	@$(BIN)/python scripts/build_threshold_docs.py
	@$(BIN)/python scripts/build_notice.py
	@$(BIN)/python -m sphinx --fail-on-warning --keep-going -q -b html docs site

COMPILE := uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-strip-extras
lock:  ## needs uv; writes no index address; the runtime lock pins what a scheduled run needs, to the same versions
	$(COMPILE) --all-extras pyproject.toml -o requirements.lock
	$(COMPILE) pyproject.toml -c requirements.lock -o requirements-runtime.lock
	$(COMPILE) requirements-advisories.in -o requirements-advisories.lock
	@for lock in requirements.lock requirements-runtime.lock requirements-advisories.lock; do \
		printf '# compiled on %s\n' "$$(date -u +%F)" | cat - $$lock > $$lock.new && mv $$lock.new $$lock; done

advisories: $(READY)  ## pins, hashes, age and licences of the lock, known vulnerabilities (needs the package index), a bill of materials
	@test -x .venv-advisories/bin/python || $(PYTHON) -m venv .venv-advisories
	@.venv-advisories/bin/python -m pip install --quiet --require-hashes -r requirements-advisories.lock
	@$(BIN)/python scripts/advisories.py --asker .venv-advisories/bin/python

# .ready is written last: an interrupted install starts again.
# Packages are compiled on all cores, where pip takes one; some hold templates that no Python compiles: that is no fault.
$(READY): requirements.lock pyproject.toml
	@echo "Installing into $(VENV) from requirements.lock (once; about two minutes) ..."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12 ..."; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --no-compile --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q carbon
	@$(BIN)/python -m compileall -q -j 0 $(VENV)/lib >/dev/null 2>&1 || true
	@touch $(READY)

clean:  ## remove the environment and the published sets
	rm -rf $(VENV) .venv-advisories data/processed/*/
