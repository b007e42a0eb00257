#!/bin/sh
# Write the locks from pyproject.toml: requirements.lock (what the applications need), requirements-dev.lock (that and
# the tools), requirements-package.lock (that and what builds packages), requirements-fuzz.lock (tools and Atheris),
# requirements-mutate.lock (tools and mutmut). Every version is pinned and every file's hash listed, for every
# platform, and no word is said about where the files come from.
#
# Pins that still fit are kept. `make lock UPGRADE=1` moves all of them to the newest that fit.
set -eu
cd "$(dirname "$0")/.."

compile() {
    .venv/bin/uv pip compile pyproject.toml --all-extras "$@" --quiet --universal --python-version 3.11 \
        --generate-hashes --no-emit-index-url --no-emit-find-links \
        --custom-compile-command "make lock" ${UPGRADE:+--upgrade}
}

compile --output-file requirements.lock
compile --group dev --constraint requirements.lock --output-file requirements-dev.lock
compile --group package --constraint requirements-dev.lock --output-file requirements-package.lock
compile --group dev --group fuzz --constraint requirements-dev.lock --output-file requirements-fuzz.lock
compile --group dev --group mutate --constraint requirements-dev.lock --output-file requirements-mutate.lock
