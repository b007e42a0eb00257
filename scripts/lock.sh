#!/bin/sh
# Write requirements.lock (what the applications need) and requirements-dev.lock (that and the tools)
# from pyproject.toml: every version pinned, every file's hash listed, for every platform, and no word
# about where the files come from.
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
