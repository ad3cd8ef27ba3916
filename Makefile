# Needs only make and Python 3.11 or newer; everything else goes into .venv.
PYTHON ?= python3
UV_VERSION := 0.13.9
BIN := .venv/bin
STAMP := .venv/.installed
ARGS ?=
# Tests wait for servers and faults much of the time: three workers for every two cores.
WORKERS := import os; print(min(8, max(2, (os.cpu_count() or 1) * 3 // 2)))

# The project's own .venv, whatever else is active or configured in the caller's shell.
UV := env -u VIRTUAL_ENV -u UV_PYTHON UV_PROJECT_ENVIRONMENT=.venv UV_PYTHON_DOWNLOADS=never $(BIN)/uv

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint bench clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /\1|/p' Makefile | while IFS='|' read -r name what; do \
		printf '  make %-7s %s\n' "$$name" "$$what"; done

setup: $(STAMP) ## install into .venv

demo: setup ## a simulated month of trading, its books, then the shop in a browser (ARGS="--exit")
	$(BIN)/fondaco demo $(ARGS)

test: lint ## everything that must hold before a change is merged
	$(BIN)/pytest -n $$($(BIN)/python -c "$(WORKERS)") --dist worksteal $(ARGS)

lint: setup ## style, types and the import order
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup ## the load tests (ARGS="--only engine")
	$(BIN)/fondaco bench $(ARGS)

clean: ## remove .venv and all caches; data directories stay
	rm -rf .venv dist build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(STAMP): pyproject.toml uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Fondaco needs Python 3.11 or newer; say which with: make PYTHON=python3.12 ..." >&2; exit 1; }
	@echo "Installing into .venv, once (1/3): Python"
	@$(PYTHON) -m venv .venv
	@echo "Installing into .venv, once (2/3): uv"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@echo "Installing into .venv, once (3/3): the packages of uv.lock, in a minute or so"
	@$(UV) sync --frozen --quiet
	@touch $@
