# Two targets do everything on a fresh machine with Python 3.11: `make agreement` and `make test`.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
EXAMPLE ?= examples/family-shelter.yaml

.PHONY: agreement test check lint bench docs clean

$(BIN)/ppp-contracts: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.test: $(BIN)/ppp-contracts pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[test,dev]'
	@touch $@

# The Open XML SDK validator is a program of the npm registry; the tests that use it say so when there is no npm.
node_modules/.package-lock.json: package.json
	@if command -v npm >/dev/null 2>&1; then npm install --silent --no-audit --no-fund; \
	else echo "npm is not installed: the Open XML SDK validator is left out"; fi

# Builds an example into out/, checks it, and says where the Word files are.
agreement: $(BIN)/ppp-contracts
	$(BIN)/ppp-contracts build $(EXAMPLE) -o out --force
	$(BIN)/ppp-contracts check $(EXAMPLE)
	@echo "The Word agreements are in out/:" && ls out/*.docx

test: $(VENV)/.test node_modules/.package-lock.json
	$(BIN)/pytest -n auto

# What CI asks besides the tests.
check: $(VENV)/.test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy --strict ppp_contracts
	$(BIN)/ppp-contracts library lint

# The library as pages to browse: open docs/site/index.html.
docs: $(BIN)/ppp-contracts
	$(BIN)/ppp-contracts library site -o docs/site

bench: $(VENV)/.test
	$(BIN)/python benchmarks/bench.py

clean:
	rm -rf out docs/site $(VENV) node_modules build dist
