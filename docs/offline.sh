#!/usr/bin/env bash
# Try docs/offline.md for real: gather wheels, then install from that folder alone and run the demo.
#   offline.sh WHEEL DIRECTORY
set -euo pipefail
wheel=$(realpath "$1")
mkdir -p "$2"
cd "$2"
python=${PYTHON:-python3}

# With a network: everything the wheel needs, and the wheel itself.
"$python" -m pip download --quiet --only-binary=:all: --dest wheels "$wheel"

# Without: --isolated and --no-index forbid pip every other source.
"$python" -m venv .venv
.venv/bin/python -m pip --isolated install --quiet --no-index --find-links wheels township-eval
.venv/bin/township-eval demo -o demo
