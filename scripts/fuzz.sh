#!/bin/sh
# Fuzz in an environment beside .venv, made from requirements-fuzz.lock: scripts/fuzz.sh [--minutes N] [NAME...]
set -eu
cd "$(dirname "$0")/.."
stamp=.venv-fuzz/.lock
if ! cmp -s requirements-fuzz.lock "$stamp"; then
    python3 -m venv --clear .venv-fuzz
    .venv/bin/uv pip install --quiet --python .venv-fuzz/bin/python --require-hashes --no-deps -r requirements-fuzz.lock
    cp requirements-fuzz.lock "$stamp"
fi
exec .venv-fuzz/bin/python -m scripts.fuzz "$@"
