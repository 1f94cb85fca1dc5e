# Terrarium. `make help` lists what there is; everything is installed into this directory.

VENV := .venv
BIN := $(VENV)/bin
LABEXTENSION := jupyter_ext/jupyterlab_terrarium/labextension/package.json
FRONT_END := $(shell find src style schema -type f 2>/dev/null) package.json tsconfig.json

# jlpm, tsc's wrappers and Jupyter's commands call each other by name.
export PATH := $(CURDIR)/$(BIN):$(PATH)
# Package managers must not ask: nobody may be there to answer.
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1
export YARN_ENABLE_TELEMETRY := 0
export COREPACK_ENABLE_DOWNLOAD_PROMPT := 0

# Runs what follows in ui-tests/, with a browser and a port that is free.
define IN_CHROMIUM
TERRARIUM_CHROMIUM="$$(.ci/chromium)" && export TERRARIUM_CHROMIUM && \
	TERRARIUM_UI_PORT="$$($(BIN)/python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')" && \
	export TERRARIUM_UI_PORT && cd ui-tests && CI=true
endef

.DEFAULT_GOAL := help
.PHONY: help demo demo-stop test lint types layers openapi pytest jest galata hub screenshots wheel \
	check-wheel bench torture install build clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

demo: $(VENV)/.stamp-labextension ## an environment, a notebook in it, and JupyterLab (HEADLESS=1: then end)
	@$(BIN)/jupyter-terrarium demo $(if $(filter-out 0,$(HEADLESS)),--headless)

demo-stop: ## end the JupyterLab that `make demo` left running
	@$(BIN)/jupyter-terrarium demo --stop

# One after the other, each in a make of its own: the first that fails is the last.
test: ## everything: lint, types, layers, API description, pytest, jest, browser tests, wheel
	@start=$$(date +%s); \
	for step in lint types layers openapi pytest jest galata hub check-wheel; do \
		.ci/step $$step $(MAKE) --no-print-directory $$step || exit 1; \
	done; \
	echo "== all steps passed in $$(($$(date +%s) - start)) s"

lint: $(VENV)/.stamp-test node_modules/.stamp ## style of Python, TypeScript and CSS
	$(BIN)/ruff check jupyter_ext tests
	$(BIN)/ruff format --check jupyter_ext tests
	jlpm lint:check

types: $(VENV)/.stamp-test node_modules/.stamp ## mypy --strict, tsc
	$(BIN)/mypy --strict
	jlpm tsc --noEmit

layers: $(VENV)/.stamp-test ## imports point down only
	$(BIN)/lint-imports

openapi: $(VENV)/.stamp-test ## docs/openapi.json is what the program says about itself
	@$(BIN)/python -m jupyterlab_terrarium.api.openapi | diff -u docs/openapi.json - \
		|| { echo 'Run: python -m jupyterlab_terrarium.api.openapi > docs/openapi.json' >&2; exit 1; }

# Each worker takes whole files, in the order in which they were collected: tests/conftest.py.
WORKERS := 2
IN_WORKERS := -n $(WORKERS) --dist loadfile --no-loadscope-reorder

# The proxy of the JupyterHub that tests start is a package for Node.
pytest: $(VENV)/.stamp-labextension $(VENV)/.stamp-test ui-tests/node_modules/.stamp ## Python tests
	@.ci/postgresql >/dev/null
	@.ci/containers
	$(BIN)/python -m pytest -q $(IN_WORKERS)

jest: $(VENV)/.stamp-run node_modules/.stamp ## TypeScript tests
	jlpm test

galata: $(VENV)/.stamp-labextension ui-tests/node_modules/.stamp ## tests in Chromium
	@$(IN_CHROMIUM) jlpm test

hub: $(VENV)/.stamp-labextension $(VENV)/.stamp-test ui-tests/node_modules/.stamp ## two people on a JupyterHub, in Chromium
	@$(IN_CHROMIUM) jlpm test -c playwright.hub.config.js

screenshots: $(VENV)/.stamp-labextension ui-tests/node_modules/.stamp ## take the pictures of README.md
	@TERRARIUM_CHROMIUM="$$(.ci/chromium)" && export TERRARIUM_CHROMIUM && \
	cd ui-tests && CI=true jlpm playwright test -c playwright.screenshots.config.js

wheel: $(VENV)/.stamp-test $(LABEXTENSION) ## dist/*.whl and dist/*.tar.gz
	@rm -rf dist jupyter_ext/jupyterlab_terrarium/labextension/install.json
	@.ci/quiet 'Building the wheel' $(BIN)/python -m build

check-wheel: wheel ## the wheel in an empty environment, without Node
	$(BIN)/python .ci/check_wheel.py dist/*.whl

bench: $(VENV)/.stamp-labextension $(VENV)/.stamp-test ## measure; writes docs/benchmarks.md
	$(BIN)/python tests/bench/run.py

torture: $(VENV)/.stamp-test ## faults at random: TERRARIUM_ROUNDS=500; TERRARIUM_SEED repeats
	TERRARIUM_ROUNDS="$${TERRARIUM_ROUNDS:-500}" TERRARIUM_SEED="$${TERRARIUM_SEED:-$$(date +%s)}" \
		$(BIN)/python -m pytest tests/faults -s

install: $(VENV)/.stamp-test ## everything for development, into .venv

build: $(VENV)/.stamp-labextension ## the front end, where JupyterLab finds it

clean: ## remove what was built or installed here
	rm -rf dist lib .terrarium node_modules ui-tests/node_modules $(VENV) \
		jupyter_ext/jupyterlab_terrarium/labextension tsconfig.tsbuildinfo

# Stamps: what has been done since its inputs last changed.

$(BIN)/python:
	@.ci/quiet 'Making .venv' .ci/venv $(VENV)

# The front end is built below, with its own stamps, not by the hook of the build system.
$(VENV)/.stamp-run: pyproject.toml | $(BIN)/python
	@SKIP_JUPYTER_BUILDER=1 .ci/quiet 'Installing Terrarium into .venv' \
		$(BIN)/python -m pip install -e .
	@touch $@

$(VENV)/.stamp-test: pyproject.toml | $(VENV)/.stamp-run
	@SKIP_JUPYTER_BUILDER=1 .ci/quiet 'Installing what the tests need into .venv' \
		$(BIN)/python -m pip install -e '.[test]'
	@touch $@

node_modules/.stamp: package.json yarn.lock | $(VENV)/.stamp-run
	@.ci/node
	@.ci/quiet 'Installing the packages of the front end' jlpm install --immutable
	@touch $@

ui-tests/node_modules/.stamp: ui-tests/package.json ui-tests/yarn.lock | $(VENV)/.stamp-run
	@.ci/node
	@cd ui-tests && ../.ci/quiet 'Installing the packages of the browser tests' jlpm install --immutable
	@touch $@

$(LABEXTENSION): $(FRONT_END) node_modules/.stamp
	@.ci/quiet 'Building the front end' jlpm build:prod
	@touch $@

$(VENV)/.stamp-labextension: $(LABEXTENSION) $(VENV)/.stamp-run
	@.ci/quiet 'Linking the front end into JupyterLab' $(BIN)/jupyter labextension develop --overwrite .
	@$(BIN)/jupyter labextension list 2>&1 | grep -q 'jupyterlab-terrarium.*OK' \
		|| { echo 'JupyterLab does not list the front end:' >&2; $(BIN)/jupyter labextension list; exit 1; }
	@touch $@
