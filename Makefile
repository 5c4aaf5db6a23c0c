# Two commands for a fresh machine: `make demo` and `make test`. Both take PYTHON=, e.g. PYTHON=python3.12.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
PIP = $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
# The stamps carry the interpreter's version, so that another PYTHON= makes a new environment.
VERSION := $(shell $(PYTHON) -c 'import platform; print(platform.python_version())')
INSTALLED = $(VENV)/installed-$(VERSION)
READY = $(VENV)/ready-$(VERSION)
LINTED = $(VENV)/lint-$(VERSION)

.PHONY: demo test test-all slow bounds clusters soak bench bench-large bench-year bench-compare claims studies mutants lint clean

demo: $(INSTALLED) ## install, run the study of the README, write its report
	$(BIN)/antibrush compare experiment=demo

test: $(READY) ## install and run the tests that find most (up to five minutes)
	$(BIN)/python -m pytest $(SHARED) -m "not slow"

slow: $(READY) ## run the other tests: statistics, whole commands, processes that are killed
	$(BIN)/python -m pytest $(SHARED) -m slow

test-all: test slow bounds ## run all tests, and those of the model once more with bounds checked

# A file's tests share what they have lived through, so that they stay in one process.
SHARED = -n auto --maxprocesses 8 --dist loadscope
BOUNDED = tests/reference tests/property tests/contract/test_every_policy.py tests/unit/test_cohorts.py \
	tests/unit/test_demand.py tests/unit/test_traces.py tests/unit/test_shop_kernels.py
bounds: $(READY) ## run the tests that live markets while every index of a kernel is checked
	NUMBA_BOUNDSCHECK=1 NUMBA_CACHE_DIR=$(abspath $(VENV))/bounds $(BIN)/python -m pytest $(SHARED) $(BOUNDED)

clusters: $(READY) ## run studies on real Dask schedulers and workers on this machine, some killed (minutes)
	$(BIN)/python -m pytest -n 0 -m slow tests/unit/test_clusters.py tests/robustness/test_killed_clusters.py

MINUTES ?= 60
soak: $(READY) ## live markets on two to four threads beside busy neighbours for MINUTES=; fails at any fault or difference
	$(BIN)/python tests/soak.py --minutes $(MINUTES)

# Benchmarks. NAMES= chooses some, JSON= names the file, which `python tests/benchmarks/show.py` reads again.
STAMP := $(shell date -u +%Y%m%d-%H%M%S)
JSON ?= results/benchmarks/$(STAMP).json
BENCH = $(BIN)/python -m pytest -o addopts= --timeout=0 tests/benchmarks --benchmark-only --benchmark-quiet \
	--benchmark-json=$(JSON) $(if $(NAMES),-k "$(NAMES)")

bench: $(READY) ## measure kernels, phases, days, runs, studies, growth, opponent and floor (some minutes)
	mkdir -p $(dir $(JSON))
	$(BENCH) -m "not large"
	$(BIN)/python tests/benchmarks/show.py $(JSON)
	$(BIN)/python tests/benchmarks/draw.py $(JSON)

bench-large: $(READY) ## measure the market of a million shops (some minutes, up to 12 GiB)
	mkdir -p $(dir $(JSON))
	$(BENCH) -m large
	$(BIN)/python tests/benchmarks/show.py $(JSON)

SHOPS ?= 1000000
bench-year: $(READY) ## live a whole year of a market of SHOPS= shops
	mkdir -p $(dir $(JSON))
	$(BIN)/python tests/benchmarks/alone.py --shops $(SHOPS) --days 365 --check-days 3 > $(JSON)
	cat $(JSON)

bench-compare: $(READY) ## compare with BASE=commit in one session; fails if slower beyond the noise
	$(BIN)/python tests/benchmarks/compare_commits.py $(BASE) $(if $(HEAD),--head $(HEAD)) \
		$(if $(NAMES),--names $(NAMES)) $(if $(CLOCK),--clock $(CLOCK))

claims: $(READY) ## check what the README claims at full size (some minutes)
	$(BIN)/python -m pytest -o addopts= --timeout=0 -s tests/claims

studies: $(READY) ## measure again all that README and docs/findings.md say of packages (NAMES=; up to two hours)
	PYTHONPATH=. $(BIN)/python tests/claims/measure.py $(NAMES)

mutants: $(READY) ## apply mutants, each must be caught by its test
	$(BIN)/python tests/mutants/run.py $(NAMES)

lint: $(LINTED) ## linter, formatter, types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

$(INSTALLED): pyproject.toml constraints.txt
	$(PYTHON) -m venv --clear $(VENV)
	$(PIP) --no-compile -e .
	touch $@

$(READY): $(INSTALLED)
	$(PIP) -e ".[test]"
	touch $@

$(LINTED): $(READY)
	$(PIP) -e ".[test,dev]"
	touch $@

clean: ## remove the environment
	rm -rf $(VENV)
