#!/bin/sh
# Run a script in an environment beside .venv, made from a lock of its own: `scripts/beside.sh NAME OPTION...` makes
# .venv-NAME from requirements-NAME.lock where that has changed, and runs scripts/NAME.py there.
set -eu
cd "$(dirname "$0")/.."
name=$1
shift
stamp=.venv-$name/.lock
if ! cmp -s "requirements-$name.lock" "$stamp"; then
    python3 -m venv --clear ".venv-$name"
    .venv/bin/uv pip install --quiet --python ".venv-$name/bin/python" --require-hashes --no-deps -r "requirements-$name.lock"
    cp "requirements-$name.lock" "$stamp"
fi
exec ".venv-$name/bin/python" -m "scripts.$name" "$@"
