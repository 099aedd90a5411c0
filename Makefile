# Lắng Nghe: one word for each thing you do with it. `make` alone lists them.
SHELL := /bin/sh
BIN := .venv/bin
RUNTIME := .venv/.runtime-installed
DEV := .venv/.dev-installed
CLUSTER := .venv/.cluster-installed
LANGUAGES := $(wildcard langnghe/locale/*/LC_MESSAGES/*.po)
CATALOGUES := $(LANGUAGES:.po=.mo)
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
# Checks and tests never touch a real installation.
SCRATCH := LANGNGHE_HOME="$(CURDIR)/.venv/scratch"

.PHONY: help setup dev demo run test test-cluster check fix bench faults faults-long coverage mutants hostile

help: ## list these words
	@sed -n 's/^\([a-z-]*\):.*## /  make \1|/p' Makefile | awk -F'|' '{printf "%-18s %s\n", $$1, $$2}'

setup: $(RUNTIME) $(CATALOGUES) ## make .venv and install what the platform runs on

dev: setup $(DEV) ## install what the tests and checks need

demo: setup ## build the demonstration province and serve it (SERVE=0: build only)
	$(BIN)/langnghe demo $(if $(filter 0,$(SERVE)),--no-serve)

run: setup ## serve this installation
	$(BIN)/langnghe serve

test: dev ## run all tests on SQLite and, beside them, those that touch the database on PostgreSQL
	tools/setup_tests.sh
	tools/test_all.sh

test-cluster: dev $(CLUSTER) ## the engines on a real Spark cluster of two workers (installs the extra and Java)
	tools/setup_tests.sh java
	$(BIN)/pytest -q tests/cluster

check: dev ## style, types, layers, migrations, rules of the house
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(SCRATCH) $(BIN)/mypy
	$(BIN)/lint-imports
	$(SCRATCH) DJANGO_SETTINGS_MODULE=langnghe.settings $(BIN)/python -m django makemigrations --check --dry-run
	$(BIN)/pytest -q tests/house

fix: dev ## let ruff repair and format what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

faults: dev ## cut power, kill, fill disks under the intake (as root; at most 25 minutes)
	$(BIN)/python -m tests.faults --minutes 23

faults-long: dev ## the same until the goals are reached; goes on where it was stopped
	$(BIN)/python -m tests.faults --long .venv/faults-progress.json

# The tests that concern the intake, the outbox and the log.
CONCERNED := tests/core/test_codes.py tests/core/test_merkle.py tests/core/test_notes.py tests/core/test_proofs.py \
  tests/core/test_tiles.py tests/ledger tests/cases tests/cli/test_working.py tests/witness tests/web/test_api.py tests/web/test_attachments.py \
  tests/web/test_conservation_page.py tests/web/test_database_down.py tests/web/test_desk_jobs.py tests/web/test_log.py \
  tests/web/test_replay.py tests/web/test_residents.py tests/web/test_speak.py

hostile: dev ## 10,000 hostile cases at the API, by schemathesis (minutes)
	nice $(BIN)/python -m bench hostile

coverage: dev ## fail unless the tests take every branch of intake, outbox and log (minutes)
	tools/setup_tests.sh
	rm -f .coverage-*
	CI=1 PYTHONPATH=tools $(BIN)/coverage run -m pytest -q -p contexts $(CONCERNED)
	CI=1 tools/with_postgresql.sh $(BIN)/coverage run -m pytest -q tests/cases/test_conservation.py tests/cases/test_gathering.py
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

mutants: coverage ## put small faults into intake, outbox and log, and see whether the tests notice (hours)
	nice $(BIN)/python tools/mutants.py

bench: setup ## measure speed and memory on this machine
	$(BIN)/python -m bench all

.venv/bin/python:
	tools/make_venv.sh

$(RUNTIME): requirements.lock pyproject.toml | .venv/bin/python
	$(PIP) -r requirements.lock
	$(PIP) --no-deps -e .
	@touch $@

$(DEV): requirements-dev.lock $(RUNTIME)
	$(PIP) -r requirements-dev.lock
	@touch $@

$(CLUSTER): requirements-cluster.lock $(RUNTIME)
	$(PIP) -r requirements-cluster.lock
	@touch $@

%.mo: %.po tools/compile_messages.py $(RUNTIME)
	$(BIN)/python tools/compile_messages.py $<
