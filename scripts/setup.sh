# Looks for what the workbook needs, and installs what is missing. Sourced by the other scripts.
#
# Needed: Swift 6.3 or later, and libgmp with its header.

# Every script works from any folder.
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf '%s\n' "$*" >&2; }

# Ends with a sentence; 69 means that something the scripts rely on is not there.
give_up() { say "$@"; exit 69; }

check_swift() {
  command -v swift >/dev/null ||
    give_up "Swift is missing. Install version 6.3 or later from https://www.swift.org/install"
  local version
  version=$(swift --version 2>/dev/null | grep -oE 'Swift version [0-9]+\.[0-9]+' | grep -oE '[0-9]+\.[0-9]+')
  [ -n "$version" ] || give_up "'swift --version' does not say which version it is. Is it whole?"
  local major=${version%%.*} minor=${version##*.}
  if [ "$major" -lt 6 ] || { [ "$major" -eq 6 ] && [ "$minor" -lt 3 ]; }; then
    give_up "Swift $version is too old: 6.3 or later is needed. See https://www.swift.org/install"
  fi
}

has_gmp() {
  printf '#include <gmp.h>\nint main(void) { return __gmp_version == 0; }\n' |
    "${CC:-clang}" -x c - -lgmp -o /dev/null 2>/dev/null
}

# Runs a command as root, or says what to type.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else give_up "libgmp is missing, and only root can install it. Type as root: $*"
  fi
}

check_gmp() {
  command -v "${CC:-clang}" >/dev/null || give_up "clang, which comes with Swift, is not on the path."
  has_gmp && return
  say "libgmp, which the exact arithmetic needs, is missing. Installing it now …"
  if command -v apt-get >/dev/null; then
    as_root apt-get update -qq >&2 && as_root apt-get install -y -qq libgmp-dev >&2
  elif command -v dnf >/dev/null; then as_root dnf install -y gmp-devel >&2
  elif command -v pacman >/dev/null; then as_root pacman -S --noconfirm gmp >&2
  elif command -v zypper >/dev/null; then as_root zypper install -y gmp-devel >&2
  elif command -v brew >/dev/null; then brew install gmp >&2
  else give_up "No known package manager. Install libgmp with its header gmp.h, then try again."
  fi
  has_gmp || give_up "libgmp was installed, and still does not link. Is gmp.h where clang looks?"
}

check_swift
check_gmp
