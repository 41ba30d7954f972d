# Runs the Python program of the same name. Sourced by the scripts that are one.
#
# python_version says which version of Python it needs, 3.9 without it.
set -euo pipefail
if ! command -v python3 >/dev/null; then
  printf '%s\n' "$0 needs Python ${python_version:=3.9} or later, and python3 is not on the path." \
    "On Debian and Ubuntu, type as root: apt-get install python3 python3-venv" >&2
  exit 69
fi
if ! python3 -c "import sys; sys.exit(sys.version_info < tuple(map(int, '$python_version'.split('.'))))"
then
  echo "$0 needs Python $python_version or later; $(python3 --version 2>&1) is too old." >&2
  exit 69
fi
exec python3 "$0.py" "$@"
