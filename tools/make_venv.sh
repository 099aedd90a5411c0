#!/bin/sh
# Make .venv with the first Python >= 3.11 that can, or say what to install.
set -eu
for python in python3.11 python3 python3.12 python3.13 python3.14; do
    if "$python" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
        exec "$python" -m venv .venv
    fi
done
echo "Cần Python 3.11 trở lên có venv. / Python 3.11 or newer with venv is needed." >&2
echo "Debian, Ubuntu: apt-get install python3 python3-venv" >&2
exit 1
