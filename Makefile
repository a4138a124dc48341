# Lacuna. `make help` lists the targets. Needs Python 3.11 or newer, make and git; npm is used when there is one.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check install -c constraints.txt
HOST ?= 127.0.0.1
PORT ?= 8000
JOBS ?= 2

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo serve test lint clean

help: ## List what make can do
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 16
	@echo '  Options: IMAGE= MASK= STYLE= DEMO=--once (demo), HOST= PORT= (demo, serve), TESTS= JOBS= (test), PYTHON='

setup: $(VENV)/.installed node_modules/.installed ## Set everything up: environment, scripts and fonts, database
	@$(PY) manage.py prepare

demo: setup ## Restore the demo painting (or IMAGE=, with MASK= and STYLE= if you like) and go on serving
	@exec $(PY) manage.py demo --host $(HOST) --port $(PORT) \
		$(if $(IMAGE),--image "$(IMAGE)") $(if $(MASK),--mask "$(MASK)") $(if $(STYLE),--style "$(STYLE)") $(DEMO)

serve: setup ## Serve the site until Ctrl-C
	@exec $(PY) manage.py serve --host $(HOST) --port $(PORT)

test: setup $(VENV)/.dev ## Run all tests, on real servers and a real browser (TESTS= for some of them)
	@tests/servers/get_chromium.sh
	@TEST_SERVERS=1 $(PY) -m pytest -n $(JOBS) --dist loadgroup $(TESTS)

lint: setup $(VENV)/.dev ## Check style, types, templates, settings and migrations
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(PY) manage.py check --fail-level WARNING
	$(PY) manage.py makemigrations --check --dry-run
	$(PY) -m pytest -q tests/house/test_rules.py
	-$(PY) -m mypy portal gpu_workers restoration generation review

clean: ## Remove the environment and everything that can be made again (the data in var/ stays)
	rm -rf $(VENV) node_modules staticfiles build *.egg-info .pytest_cache .ruff_cache .mypy_cache .hypothesis
	find . -name '__pycache__' -prune -exec rm -rf {} + ; find locale -name '*.mo' -delete

$(VENV)/.made:
	@test -n "$(PYTHON)" && $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo 'Lacuna needs Python 3.11 or newer: name it with PYTHON=/path/to/python3.11.' >&2; exit 1; }
	@echo 'Making the environment in $(VENV)/ …'
	@$(PYTHON) -m venv $(VENV) || \
		{ echo 'This Python cannot make environments: install its venv package (Debian: python3-venv).' >&2; exit 1; }
	@touch $@

$(VENV)/.installed: pyproject.toml constraints.txt | $(VENV)/.made
	@echo 'Installing what Lacuna needs; the first time this takes some minutes …'
	@$(PIP) --quiet .
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt $(VENV)/.installed
	@echo 'Installing what the tests need …'
	@$(PIP) --quiet '.[dev]'
	@touch $@

node_modules/.installed: package.json package-lock.json | $(VENV)/.installed
	@echo 'Installing scripts and fonts …'
	@PATH="$$PATH:$(CURDIR)/$(VENV)/bin" npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@
