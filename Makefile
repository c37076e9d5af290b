# Two commands: `make demo` and `make test`. Both need Python 3.11 or newer and nothing else.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SOURCES := $(shell find ledger events_store projections cli -type f -not -path '*/__pycache__/*') pyproject.toml
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
PACKAGES := ledger events_store projections cli

.PHONY: demo test check format lint types layers docs bench torture clean

demo: $(VENV)/.runtime
	@rm -rf jejak-demo
	@$(BIN)/jejak demo jejak-demo

test: $(VENV)/.dev
	$(BIN)/python -Im pytest -n 2 -q

check: format lint types layers docs test

format: $(VENV)/.dev
	$(BIN)/ruff format --check .

lint: $(VENV)/.dev
	$(BIN)/ruff check .

types: $(VENV)/.dev
	$(BIN)/mypy

layers: $(VENV)/.dev
	$(BIN)/lint-imports

docs: $(VENV)/.dev
	$(BIN)/python -Im pytest -q tests/docs

bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks

torture: $(VENV)/.dev
	JEJAK_KILLS=1000 JEJAK_POSITIONS=100 JEJAK_EXAMPLES=1000 JEJAK_FLIPS=10000 \
		$(BIN)/python -Im pytest -q -s tests/fault tests/tamper tests/property tests/foreign

clean:
	rm -rf $(VENV) jejak-demo dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/.created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; set PYTHON")'
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.locked-runtime: $(VENV)/.created locks/runtime.txt
	$(PIP) install --require-hashes -r locks/runtime.txt
	@touch $@

$(VENV)/.locked-dev: $(VENV)/.created locks/dev.txt
	$(PIP) install --require-hashes -r locks/dev.txt
	@touch $@ $(VENV)/.locked-runtime

$(VENV)/.runtime: $(VENV)/.locked-runtime $(SOURCES)
	$(PIP) install --no-deps --no-build-isolation --force-reinstall .
	@touch $@

$(VENV)/.dev: $(VENV)/.locked-dev $(SOURCES)
	$(PIP) install --no-deps --no-build-isolation --force-reinstall .
	@touch $@ $(VENV)/.runtime
