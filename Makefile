# `make` alone prints what there is. Everything runs from .venv, which `setup` prepares by itself.

BIN := .venv/bin
PYTHON_BIN := $(BIN)/python
WORKERS ?= 2
PACKAGES := counterproof issuer wallet verifier
CHECKED := $(PACKAGES) tests bench scripts

.DEFAULT_GOAL := help
.PHONY: help setup demo agency-demo test lint bench docs screenshots soak faults fuzz mutate package vectors messages prove provepackages lock audit format clean

help: ## Print this list
	@echo "Counterproof: a wallet and an offline verifier, by QR code alone."
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	@echo
	@echo "Start with: make demo"

setup: ## Prepare .venv from the hashed lock (as root also python3-venv); nothing to do the second time
	@scripts/setup.sh

demo: setup ## Tell the whole story in the terminal: issue, show, verify, and what must fail
	@$(PYTHON_BIN) -m scripts.demo

agency-demo: setup ## Tell a day at the agency: service, console, an offer scanned, a counter, the case file
	@$(PYTHON_BIN) -m scripts.agency_demo

test: setup ## Run every test but the slow ones (WORKERS=2 processes, ARGS="..." for pytest)
	$(BIN)/pytest -n $(WORKERS) -m "not slow" $(ARGS)

lint: setup ## ruff, formatting, mypy --strict, the walls between packages, dependencies
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry $(PACKAGES)

bench: setup ## Measure speed and optics and print them beside their goals (ARGS="core" for one)
	$(PYTHON_BIN) -m bench $(ARGS)

docs: setup ## Build the documentation as a site that needs no network, into site/
	@$(PYTHON_BIN) -m scripts.docs

screenshots: setup ## Draw every page of both windows into screenshots/, to be looked at (ARGS="wallet dark")
	$(PYTHON_BIN) -m scripts.screenshots $(ARGS)

soak: setup ## Run the slow tests at their full size, but for the faults
	$(BIN)/pytest -n $(WORKERS) -m "slow and not faults" --timeout 3600 $(ARGS)

faults: setup ## Kill saves at random, fill disks, fail system calls: the slow fault tests
	$(BIN)/pytest -n $(WORKERS) -m faults --timeout 3600 $(ARGS)

fuzz: setup ## Fuzz every parser by coverage (MINUTES=30 of all together, ARGS="cbor csv" for some)
	scripts/beside.sh fuzz --minutes $(or $(MINUTES),30) $(ARGS)

mutate: setup ## Change what decides and see whether tests notice (MINUTES=30, ARGS="status vault", ARGS=--show)
	scripts/beside.sh mutate --minutes $(or $(MINUTES),30) $(ARGS)

package: setup ## Build wheel, sdist, the programs as folders and Debian packages into dist/ (some minutes)
	$(PYTHON_BIN) -m scripts.package $(ARGS)

vectors: setup ## Make the published test vectors again and show any difference
	$(PYTHON_BIN) -m scripts.make_dictionary --check
	$(PYTHON_BIN) -m scripts.make_qr_vectors
	$(PYTHON_BIN) -m scripts.make_vectors
	@git diff --exit-code --stat -- tests/vectors docs/vectors
	@test -z "$$(git status --porcelain -- tests/vectors docs/vectors)" || \
		{ git status --short -- tests/vectors docs/vectors; exit 1; }
	@echo "vectors: as committed"

messages: setup ## Gather the messages into the catalogues of every language and compile them (ARGS=--check)
	$(PYTHON_BIN) -m scripts.messages $(ARGS)

prove: ## Prove setup, lint and test on a fresh Debian 12 (root, debootstrap; about 10 minutes)
	scripts/prove_fresh_debian.sh

provepackages: setup ## Prove the packages of dist/ on a plain Debian 12 (root, debootstrap; some minutes; ARGS=FOLDER)
	scripts/prove_packages.sh $(ARGS)

lock: setup ## Write the locks from pyproject.toml (UPGRADE=1 moves every pin)
	@UPGRADE=$(UPGRADE) scripts/lock.sh

audit: setup ## Ask the advisory database about every locked package (what cannot be asked fails)
	$(BIN)/pip-audit --strict --require-hashes --disable-pip -r requirements.lock
	$(BIN)/pip-audit --strict --require-hashes --disable-pip -r requirements-dev.lock

format: setup ## Format the code and put right what ruff can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean: ## Remove everything that these targets made, .venv too
	rm -rf .venv .venv-fuzz .venv-mutate .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	rm -rf build dist htmlcov .coverage .coverage.* demo-out bench/results screenshots site
	find $(CHECKED) -name __pycache__ -type d -prune -exec rm -rf {} +
