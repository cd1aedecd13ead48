# Every target sets up what it needs, in .venv. Start with `make run`.
PYTHON ?= python3
BIN := .venv/bin
AXE := .venv/axe/node_modules/axe-core/axe.min.js

.DEFAULT_GOAL := help
.PHONY: help run chat test check bench transcripts learn soak

help: ## show these lines
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: .venv/ready ## serve the chat on http://127.0.0.1:8080/
	@$(BIN)/hocvuso run

chat: .venv/ready ## the same tutor in this terminal
	@$(BIN)/hocvuso chat

test: .venv/ready-dev .venv/browser ## all tests; ends with pytest's own line
	@$(BIN)/python -m pytest

check: .venv/ready-dev ## style, types, import rules, lessons
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/hocvuso lessons check

bench: .venv/ready-dev ## every claim of speed, beside its peers in the same run (about ten minutes)
	@$(BIN)/python -m benchmarks

soak: .venv/ready-dev ## the kill test at its full figure
	@HOCVUSO_KILLS=200 $(BIN)/python -m pytest tests/faults

transcripts: .venv/ready-dev ## write the golden transcripts anew; then read the diff
	@$(BIN)/python -m tests.transcribe

learn: .venv/ready-dev ## weigh anew what people say, after a change of the examples
	@$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements-learn.lock
	@$(BIN)/python -m tests.conversation.learning

# A virtual environment even where python3-venv is missing.
.venv/bin/python:
	@$(PYTHON) -m venv .venv 2>/dev/null || { rm -rf .venv; $(PYTHON) -m virtualenv -q .venv 2>/dev/null; } \
	  || { echo 'A virtual environment could not be made. Please run: sudo apt-get install -y python3-venv'; rm -rf .venv; exit 1; }

.venv/ready: .venv/bin/python requirements.lock pyproject.toml
	@echo 'Setting up (about a minute, once) ...'
	@$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements.lock
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -e .
	@$(BIN)/python -m compileall -q bot lessons scheduler store
	@touch $@

.venv/ready-dev: .venv/ready requirements-dev.lock
	@$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements-dev.lock
	@touch $@

# Debian's Chromium for the page tests, and axe-core, which reads the page as a checker would.
.venv/browser: .venv/ready-dev
	@command -v chromium >/dev/null || { \
	  if [ "$$(id -u)" = 0 ]; then apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-dejavu-core >/dev/null; \
	  else echo 'The page tests need Chromium. Please run: sudo apt-get install -y chromium'; exit 1; fi; }
	@[ -f $(AXE) ] || npm install --silent --no-fund --no-audit --prefix .venv/axe axe-core@4.10.3
	@touch $@
