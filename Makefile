# Each target does all of its own set-up; `make` alone lists them. Options for the demo and the lab: ARGS="--keep".
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help demo test lab check docs bench lock set-up clean

BIN := .venv/bin
ARGS ?=
# The set-up runs with the machine's own Python, not with that of an environment that happens to be active.
SET_UP = python=$$(scripts/find-python) && "$$python" scripts/set_up.py

help:  ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /  make \1@/p' Makefile | awk -F@ '{ printf "%-14s %s\n", $$1, $$2 }'

demo:  ## build one image, boot two machines from it, prove them the same, measure, write out/report.html
	@$(SET_UP) demo
	@$(BIN)/sidus-lab demo $(ARGS)

lab:  ## JupyterLab on the tour notebook, with a SIDUS site on this machine behind it
	@$(SET_UP) lab
	@$(BIN)/python scripts/open_lab.py $(ARGS)

test:  ## every test: style, types, unit tests, real boots, notebooks, browser (about 40 minutes on two cores)
	@$(SET_UP) test
	@$(BIN)/python scripts/run_tests.py --all $(ARGS)

check:  ## the quick tests only: style, types, and every test that boots, builds and opens nothing
	@$(SET_UP) python
	@$(BIN)/python scripts/run_tests.py $(ARGS)

docs:  ## the documentation site, built offline into build/docs/html; warnings and dead links are errors
	@$(SET_UP) python
	@$(BIN)/python scripts/docs.py $(ARGS)

bench:  ## the benchmarks, ratios in one run (half an hour; ARGS="imports variance" for some)
	@$(SET_UP) bench
	@$(BIN)/python -m benchmarks $(ARGS)

lock:  ## make requirements.lock and environment.yml anew from pyproject.toml (ARGS=--upgrade for newest versions)
	@$(SET_UP) python
	@$(BIN)/python scripts/lock.py $(ARGS)

set-up:  ## only install what the demo needs
	@$(SET_UP) demo

clean:  ## remove the virtual environment, results and caches (images of the lab stay)
	rm -rf .venv .set-up.log out dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
