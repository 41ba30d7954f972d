# Looks for what the workbook needs, installs what is missing, and builds. Sourced by the other scripts.
#
# Needed: Swift 6.3 or later, git, and libgmp with its header. Runs in bash 3.2, which macOS has.
#
# WORKBOOK_BUILD_SYSTEM=swiftbuild or native chooses the build system; without it Swift chooses.
# SWIFTPM_BUILD_DIR names another folder to build in, as it does for `swift build`.
# WORKBOOK_PORTABLE=1 builds for any x86-64 processor since 2013, and not for this one.
unset CDPATH
package=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)

# Every script works from any folder. A relative SWIFTPM_BUILD_DIR is meant from the reader's.
reader=$PWD
case ${SWIFTPM_BUILD_DIR:-} in
  "") scratch=$package/.build ;;
  /*) scratch=$SWIFTPM_BUILD_DIR ;;
  *) export SWIFTPM_BUILD_DIR=$PWD/$SWIFTPM_BUILD_DIR; scratch=$SWIFTPM_BUILD_DIR ;;
esac
cd "$package"

swift_options=()
if [ -n "${WORKBOOK_BUILD_SYSTEM:-}" ]; then
  swift_options=(--build-system "$WORKBOOK_BUILD_SYSTEM")
fi

say() { printf '%s\n' "$*" >&2; }

# Ends with a sentence; 69 means that something the scripts rely on is not there, 73 that nothing can be
# written.
give_up() {
  local code=69
  case $1 in [0-9][0-9]) code=$1; shift ;; esac
  say "$@"
  exit "$code"
}

# Returns a word as a shell reads it back.
quoted() {
  case $1 in
    *[!A-Za-z0-9_.,:/@%+=-]*|"") printf "'%s'" "$(printf %s "$1" | sed "s/'/'\\\\''/g")" ;;
    *) printf %s "$1" ;;
  esac
}

# Each check writes a sentence where something is wrong, and nothing where all is well.

swift_problem() {
  local words code=0 version major minor
  if ! command -v swift >/dev/null; then
    echo "Swift is missing. Install version 6.3 or later: https://www.swift.org/install"
    return
  fi
  words=$(swift --version 2>&1) || code=$?
  if [ "$code" -ne 0 ]; then
    echo "'swift --version' failed with exit code $code and said: $(last_line "$words")." \
      "Install Swift again: https://www.swift.org/install"
    return
  fi
  version=$(swift_version "$words")
  major=${version%%.*} minor=${version##*.}
  if [ -z "$version" ]; then
    echo "'swift --version' names no version such as 6.3, but says: $(last_line "$words")." \
      "Is $(command -v swift) the Swift compiler? See https://www.swift.org/install"
  elif [ "$major" -lt 6 ] || { [ "$major" -eq 6 ] && [ "$minor" -lt 3 ]; }; then
    echo "Swift $version is too old: 6.3 or later is needed. See https://www.swift.org/install"
  fi
}

# Takes 6.3 from “Apple Swift version 6.3.1 (swift-6.3.1-RELEASE)”.
swift_version() {
  printf '%s\n' "$1" | sed -nE 's/.*Swift version ([0-9]{1,4}\.[0-9]{1,4}).*/\1/p' | head -n 1
}

last_line() {
  local line
  line=$(printf '%s\n' "$1" | sed '/^[[:space:]]*$/d' | tail -n 1)
  line=${line:-nothing}
  printf %s "${line%.}"
}

git_problem() {
  command -v git >/dev/null ||
    echo "git is missing. Swift needs it to fetch two packages. $(how_to_install git git)"
}

# What CC names, which may be several words, such as “ccache clang”; else clang, which comes with Swift.
c_compiler=()
read -r -a c_compiler <<<"${CC:-clang}" || true
[ "${#c_compiler[@]}" -gt 0 ] || c_compiler=(clang)

# Whether a program that uses libgmp can be compiled with some options and linked.
gmp_links() {
  local folder code=0
  folder=$(mktemp -d) || return 1
  printf '#include <gmp.h>\nint main(void) { return __gmp_version == 0; }\n' >"$folder/probe.c"
  "${c_compiler[@]}" "$@" "$folder/probe.c" -lgmp -o "$folder/probe" >/dev/null 2>&1 || code=$?
  rm -rf "$folder"
  return "$code"
}

# Whether libgmp is where the compiler looks, where pkg-config says, or where Homebrew, MacPorts and
# people put it. Where only SwiftPM would not find it, it is told by PKG_CONFIG_PATH.
has_gmp() {
  local flags prefix
  gmp_links && return
  if flags=$(pkg-config --cflags --libs-only-L gmp 2>/dev/null); then
    # shellcheck disable=SC2086  # Several words.
    gmp_links $flags && return
  fi
  for prefix in /opt/homebrew /usr/local /opt/local /home/linuxbrew/.linuxbrew "${HOME:-/}/.local"; do
    [ -f "$prefix/lib/pkgconfig/gmp.pc" ] || continue
    if gmp_links "-I$prefix/include" "-L$prefix/lib"; then
      export PKG_CONFIG_PATH="$prefix/lib/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}"
      return
    fi
  done
  return 1
}

compiler_problem() {
  command -v "${c_compiler[0]}" >/dev/null && return
  if [ -n "${CC:-}" ]; then
    echo "CC names the C compiler “$CC”, and there is no ${c_compiler[0]} on the path."
  else
    echo "clang, which comes with Swift, is not on the path."
  fi
}

# How to install a package, as a list of words: $1 in Debian's naming, $2 elsewhere.
package_manager() {
  if command -v apt-get >/dev/null; then
    manager=(apt-get install -y "$1")
  elif command -v dnf >/dev/null; then manager=(dnf install -y "$2")
  elif command -v yum >/dev/null; then manager=(yum install -y "$2")
  elif command -v pacman >/dev/null; then manager=(pacman -S --noconfirm "${2%-devel}")
  elif command -v zypper >/dev/null; then manager=(zypper install -y "$2")
  elif command -v brew >/dev/null; then manager=(brew install "${2%-devel}")
  else manager=()
  fi
}

# Debian's lists of packages are missing in a fresh container.
lacks_lists() {
  local file
  for file in "${APT_LISTS:-/var/lib/apt/lists}"/*_Packages*; do [ ! -e "$file" ] || return 1; done
}

# The one line that installs a package, as root types it.
how_to_install() {
  local manager
  package_manager "$1" "$2"
  case ${manager[0]:-} in
    "") echo "Install $2, then try again." ;;
    brew) echo "Type: ${manager[*]}" ;;
    apt-get)
      if lacks_lists; then echo "Type as root: apt-get update && apt-get install $1"
      else echo "Type as root: apt-get install $1"
      fi ;;
    *) echo "Type as root: ${manager[*]}" ;;
  esac
}

gmp_problem() {
  local problem
  problem=$(compiler_problem)
  if [ -n "$problem" ]; then echo "$problem"
  elif ! has_gmp; then
    echo "libgmp, which the exact arithmetic needs, is missing." \
      "$(how_to_install libgmp-dev gmp-devel)"
  fi
}

# Runs a command of the package manager, as root. What it says is shown where it fails.
as_root() {
  local words code=0 sudo=()
  if [ "$(id -u)" -ne 0 ] && [ "$1" != brew ]; then sudo=(sudo); fi
  words=$(${sudo[@]+"${sudo[@]}"} "$@" 2>&1 </dev/null) || code=$?
  [ "$code" -eq 0 ] || printf '%s\n' "$words" | tail -n 5 >&2
  return "$code"
}

# Installs libgmp, saying so first, or says what to type.
install_gmp() {
  local manager as="" words
  words=$(how_to_install libgmp-dev gmp-devel)
  package_manager libgmp-dev gmp-devel
  if [ "${#manager[@]}" -eq 0 ]; then
    give_up "libgmp, which the exact arithmetic needs, is missing. Install it with its header gmp.h," \
      "then try again."
  elif [ "$(id -u)" -ne 0 ] && [ "${manager[0]}" != brew ]; then
    command -v sudo >/dev/null || give_up \
      "libgmp, which the exact arithmetic needs, is missing, and only root can install it. $words"
    as="sudo "
  fi
  say "libgmp, which the exact arithmetic needs, is missing. Installing it: $as${manager[*]}"
  if [ "${manager[0]}" = apt-get ] && lacks_lists; then
    as_root apt-get update || give_up "libgmp was not installed: '${as}apt-get update' failed, as" \
      "the lines above say. Is there a network, and are you allowed to? $words"
  fi
  as_root "${manager[@]}" || give_up "libgmp was not installed: '$as${manager[*]}' failed, as the" \
    "lines above say. Is there a network, and are you allowed to? $words"
  has_gmp || give_up "'$as${manager[*]}' went well, and still no program that uses libgmp can be" \
    "built with ${c_compiler[*]}. Is gmp.h where it looks?"
}

# The folder that we build in.

# Whether what is there can be written: files that another user built cannot.
folder_problem() {
  local path owner
  for path in "$scratch" "$scratch"/* "$scratch"/*/debug; do
    if [ -e "$path" ] && [ ! -w "$path" ]; then
      owner=$(owner_of "$path")
      echo "$path belongs to $owner, and you ($(id -un)) may not write there." \
        "Type as $owner: rm -rf $(quoted "$scratch")"
      return
    fi
  done
  if [ ! -e "$scratch" ] && [ ! -w "$(dirname "$scratch")" ]; then
    owner=$(owner_of "$(dirname "$scratch")")
    echo "$(dirname "$scratch") belongs to $owner, and you ($(id -un)) may not write there." \
      "Clone the workbook into a folder of your own, or name another folder to build in:" \
      "export SWIFTPM_BUILD_DIR=\$HOME/workbook-build"
  fi
}

# ls is the one program that tells an owner alike on Linux and macOS.
owner_of() {
  # shellcheck disable=SC2012
  ls -ld "$1" | awk '{ print $3 }'
}

# How much a first build takes, and any later one, in KiB.
first_build=524288
later_build=102400

disk_problem() {
  local folder=$scratch needed=$first_build free
  while [ ! -d "$folder" ]; do folder=$(dirname "$folder"); done
  [ ! -f "$scratch/workbook-path" ] || needed=$later_build
  free=$(free_kibibytes "$folder")
  if [ -n "$free" ] && [ "$free" -lt "$needed" ]; then
    echo "The disk under $folder has $((free / 1024)) MiB free; a build needs" \
      "$((needed / 1024)) MiB. Make room, then try again."
    return
  fi
  folder=$(mktemp -d 2>/dev/null) && rm -rf "$folder" ||
    echo "No temporary folder can be made in ${TMPDIR:-/tmp}. Is it full, or may you not write there?"
}

free_kibibytes() { df -Pk "$1" 2>/dev/null | awk 'NR == 2 { print $4 }'; }

# Whether SwiftPM can keep its caches and settings where it does unasked.
home_is_writable() {
  local folder
  [ -n "${HOME:-}" ] || return 1
  for folder in "$HOME" "$HOME/.swiftpm" "$HOME/.cache" "$HOME/.cache/org.swift.swiftpm" \
    "$HOME/.cache/clang" "$HOME/Library/Caches" "$HOME/Library/org.swift.swiftpm"; do
    [ ! -e "$folder" ] || [ -w "$folder" ] || return 1
  done
  [ -e "$HOME" ]
}

# Where the home cannot be written, Swift is given one in the folder of the build; git's settings stay.
reader_home=${HOME:-}
use_home() {
  home_is_writable && return
  [ -n "${GIT_CONFIG_GLOBAL:-}" ] || [ ! -f "$reader_home/.gitconfig" ] ||
    export GIT_CONFIG_GLOBAL=$reader_home/.gitconfig
  export HOME=$scratch/home
  mkdir -p "$HOME" 2>/dev/null || true
}

# Writes the folder that the build was made in, if that is another than this. What was built there does
# not work here: modules hold the paths that they were built in.
built_elsewhere() {
  local was=""
  if [ -f "$scratch/workbook-path" ]; then
    IFS= read -r was <"$scratch/workbook-path" || true
    [ "$was" = "$package" ] || printf '%s\n' "$was"
  elif [ -f "$scratch/debug.yaml" ] && ! grep -qF "$package/Sources/" "$scratch/debug.yaml"; then
    echo "another folder"
  fi
}

leave_moved_build() {
  local was
  was=$(built_elsewhere)
  [ -n "$was" ] || return 0
  say "This folder was moved or copied: what is in $scratch was built in $was and does not work here." \
    "It is removed and built again."
  if [ -L "$scratch" ] || ! rm -rf "$scratch"; then
    give_up 73 "$scratch cannot be removed. Type: rm -rf $(quoted "$scratch")"
  fi
}

# Looks at all that a build needs; what is wrong ends the script with a sentence.
check() {
  local look problem
  for look in swift_problem git_problem compiler_problem; do
    problem=$($look)
    [ -z "$problem" ] || give_up "$problem"
  done
  for look in folder_problem disk_problem; do
    problem=$($look)
    [ -z "$problem" ] || give_up 73 "$problem"
  done
  has_gmp || install_gmp
}

# Building.

# Runs `swift build` or `swift test` and shows that it waits or works: on a terminal a line that is
# written over, else a line now and then. Where nothing is to do, nothing is shown.
#
# Arguments: build or test, and what stands behind it. Sets `ended` to its exit code and `reason` to what
# `show` recognised in its words.
run_swift() {
  local codes
  mkdir -p "$scratch" && printf '%s\n' "$package" >"$scratch/workbook-path" ||
    give_up 73 "$scratch cannot be written. Is the disk full?"
  set +e
  swift "$1" ${swift_options[@]+"${swift_options[@]}"} "${@:2}" 2>&1 </dev/null |
    tee "$scratch/workbook-$1.txt" | show
  codes=("${PIPESTATUS[@]}")
  set -e
  ended=${codes[0]} reason=${codes[2]}
}

# Runs `swift build`. What is wrong ends the script with a sentence.
build() {
  run_swift build "$@"
  [ "$ended" -eq 0 ] || explain
  printf '%s\n' "${PKG_CONFIG_PATH:-}" >"$scratch/workbook-built"
}

# Says why `run_swift` failed, and ends.
explain() {
  rm -f "$scratch/workbook-built"
  case $reason in
    40) give_up "Two packages are fetched from github.com for the first build, and it cannot be" \
      "reached. Connect to the network, then try again." ;;
    41) give_up 73 "The disk is full. Make room, then try again." ;;
    42) give_up "What was built before does not fit this folder or this compiler. Type:" \
      "rm -rf $(quoted "$scratch")" ;;
    43) give_up 73 "Swift may not write where it must, as the lines above say." ;;
    44) give_up "git does not work in a folder of another user's. Type what it says above, or clone" \
      "the workbook into a folder of your own." ;;
  esac
  check
  [ "$ended" -lt 129 ] || give_up \
    "Swift was ended by signal $((ended - 128)). Is there memory enough? A build needs 2 GiB."
  give_up "The build failed; the compiler's words are above."
}

# Shows what `swift build` or `swift test` says, and returns the reason of a failure where it knows the
# words. Of tests that pass only their number is shown. How many did stands in workbook-tests.txt of the
# build folder: passed, failed, exercises not attempted, and the names of those that failed. How many
# passed is what Swift Testing says at the end of a run, of which a build system may make several. Lines can
# be lost: SwiftPM's TestRunner drops what it has read where that ends within a character such as ✔, which
# of a thousand lines at once can be fifty. Those that fail are known by their lines only.
show() {
  local start rest line reason=0 width=80 last=-10 drawn=false LC_ALL=C
  local tests=false passed=0 failed=0 skipped=0 waiting=0 failures="" held="" hides=false
  local earlier=0 failed_earlier=0  # In the runs before this one.
  if [ -t 2 ]; then width=$(tput cols 2>/dev/null || echo 80); fi
  # SwiftPM waits for another of its kind with half a line, so a line is read in two parts.
  while IFS= read -r -n 16 start || [ -n "$start" ]; do
    if [ "$start" = "Another instance" ]; then
      say "Another swift command is at work in this folder; waiting until it has finished …"
      IFS= read -r rest || true
      continue
    fi
    rest=""
    [ "${#start}" -lt 16 ] || IFS= read -r rest || true
    line=$start$rest
    case $line in
      "Building for "* | "Build complete!"* | "Build of "*"complete!"* | "[0/"* | \
        *"Write swift-version"* | *"Write auxiliary file"* | *"Write sources"* | \
        *"argument unused during compilation: '-rdynamic'"*) ;;
      "["[0-9]*/*"] "*) progress "$line" ;;
      "◇ Test run started"*)
        tests=true hides=true skipped=0 earlier=$passed failed_earlier=$failed ;;
      "✔ Test run with "[0-9]*" test"*)
        rest=${line#"✔ Test run with "}
        passed=$((earlier + ${rest%% *} - skipped)) hides=true
        earlier=$passed failed_earlier=$failed skipped=0 ;;
      "✘ Test run with "[0-9]*" test"*)
        if [ "$failed" -eq "$failed_earlier" ]; then
          failed=$((failed + 1)) failures="${failures}a test that no line names"$'\n'
        fi
        rest=${line#"✘ Test run with "}
        passed=$((earlier + ${rest%% *} - skipped - failed + failed_earlier)) hides=true
        earlier=$passed failed_earlier=$failed skipped=0 ;;
      "✘ Suite "*) hides=true ;;
      "✔ Test "*)
        passed=$((passed + 1)) hides=true
        progress "$passed tests pass, $failed fail" ;;
      "✘ Test "*" recorded a"*) hides=false; tell "$line" ;;
      "✘ Test "*" failed after "*)
        failed=$((failed + 1)) hides=false
        rest=${line#✘ Test }
        failures="$failures${rest% failed after *}"$'\n' ;;
      "➜ Test "*) skipped=$((skipped + 1)) hides=true ;;
      "◇ "* | "✔ "* | "➜ "* | "↳ Testing Library"* | "↳ Target Platform"* | "soak: "*) hides=true ;;
      "⚠"*) held=$line hides=true ;;
      "↳ not attempted: "*) waiting=$((waiting + 1)) held="" ;;
      "↳ "* | "± "* | "  "*)
        if [ -n "$held" ]; then tell "$held"; held="" hides=false; fi
        $hides || tell "$line" ;;
      "")  $hides || tell "" ;;
      *) hides=false; tell "$line" ;;
    esac
    case $line in
      *"Could not resolve host"* | *"Failed to connect"* | *"Couldn't connect"* | \
        *"unable to access 'http"*) reason=40 ;;
      *"No space left on device"* | *"not enough space"* | *"database or disk is full"*) reason=41 ;;
      *"was created using a different compiler"* | *"was compiled with a different"* | \
        *"PCH was compiled with module cache path"* | *"cannot be imported by the Swift"*) reason=42 ;;
      *"Permission denied"* | *"Read-only file system"* | *"ou don’t have permission"*) reason=43 ;;
      *"dubious ownership"*) reason=44 ;;
    esac
  done
  if $drawn; then printf '\r\033[K' >&2; fi
  ! $tests || printf '%s %s %s\n%s' "$passed" "$failed" "$waiting" "$failures" \
    >"$scratch/workbook-tests.txt"
  return "$reason"
}

# Shows a line that the next one is written over. Where nobody sees that, some lines are left out.
progress() {
  if [ -t 2 ]; then
    printf '\r\033[K%s' "${1:0:width-1}" >&2
    drawn=true
  elif [ $((SECONDS - last)) -ge 10 ]; then
    last=$SECONDS
    say "$1"
  fi
}

# Shows a line that stays.
tell() {
  if $drawn; then printf '\r\033[K' >&2; fi
  drawn=false
  say "$1"
}

# The folder that the build system puts programs into.
programs() { swift build ${swift_options[@]+"${swift_options[@]}"} --show-bin-path "$@"; }

# Makes ready for a build. One that was made here before found all it needs; where it fails, `build` looks.
prepare() {
  leave_moved_build
  use_home
  if [ -f "$scratch/workbook-built" ] && command -v swift >/dev/null; then
    [ -n "${PKG_CONFIG_PATH:-}" ] || IFS= read -r PKG_CONFIG_PATH <"$scratch/workbook-built" || true
    [ -z "${PKG_CONFIG_PATH:-}" ] || export PKG_CONFIG_PATH
  else
    check
  fi
}
