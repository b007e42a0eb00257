#!/bin/sh
# Mutation tests in an environment beside .venv, made from requirements-mutate.lock:
# scripts/mutate.sh [--minutes N] [--show] [AREA...]
set -eu
cd "$(dirname "$0")/.."
stamp=.venv-mutate/.lock
if ! cmp -s requirements-mutate.lock "$stamp"; then
    python3 -m venv --clear .venv-mutate
    .venv/bin/uv pip install --quiet --python .venv-mutate/bin/python --require-hashes --no-deps -r requirements-mutate.lock
    cp requirements-mutate.lock "$stamp"
fi
exec .venv-mutate/bin/python -m scripts.mutate "$@"
