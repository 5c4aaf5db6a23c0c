# Two commands for a fresh machine: `make demo` and `make test`. Both take PYTHON=, e.g. PYTHON=python3.12.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
PIP = $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
# The stamps carry the interpreter's version, so that another PYTHON= makes a new environment.
VERSION := $(shell $(PYTHON) -c 'import platform; print(platform.python_version())')
READY = $(VENV)/ready-$(VERSION)
LINTED = $(VENV)/lint-$(VERSION)

.PHONY: demo test bench claims mutants lint clean

demo: $(READY) ## install, run the study of the README, write its report
	$(BIN)/antibrush compare experiment=demo

test: $(READY) ## install and run the tests
	$(BIN)/python -m pytest

bench: $(READY) ## measure draws, demand, a day, a run
	$(BIN)/python -m pytest -o addopts= tests/benchmarks --benchmark-only

claims: $(READY) ## check what the README claims at full size (some minutes)
	$(BIN)/python -m pytest -o addopts= --timeout=0 -s tests/claims

mutants: $(READY) ## apply mutants, each must be caught by its test
	$(BIN)/python tests/mutants/run.py $(NAMES)

lint: $(LINTED) ## linter, formatter, types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv --clear $(VENV)
	$(PIP) -e ".[test]"
	touch $@

$(LINTED): $(READY)
	$(PIP) -e ".[test,dev]"
	touch $@

clean: ## remove the environment
	rm -rf $(VENV)
