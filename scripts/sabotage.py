"""Makes one line wrong at a time, and asks the tests to notice.

scripts/sabotage            applies every fault of scripts/faults.txt
scripts/sabotage 3 17       applies those two
scripts/sabotage --list     lists them

Works in a clone of the last commit, in .build-sabotage; your own files are not touched. Prints a row of
a Markdown table for each fault: the line, what was made of it, and a test that failed. Exit code 1 if
a fault survives or cannot be applied. The whole list takes about an hour on two cores.
"""

import argparse
import pathlib
import re
import subprocess
import sys
import time

PACKAGE = pathlib.Path(__file__).resolve().parent.parent
CLONE = PACKAGE / ".build-sabotage"
TESTS = "KernelsTests|GradientCheckTests|ParityTests|WorkbookTests"
LIMIT = 240  # seconds for the tests, which take some twenty where nothing is wrong


class Fault:
    """A line of a file, and the line that is put in its place."""

    def __init__(self, file: str, right: str, wrong: str) -> None:
        self.file, self.right, self.wrong = file, right, wrong

    def apply(self) -> str | None:
        """Writes the wrong line, and returns what is in the way, if anything is."""
        path = CLONE / self.file
        if not path.is_file():
            return "there is no such file"
        text = path.read_text()
        count = text.count(self.right)
        if count != 1:
            return f"the line stands there {count} times"
        path.write_text(text.replace(self.right, self.wrong))
        return None


def faults() -> list[Fault]:
    """Reads scripts/faults.txt: a file's path, then lines with - and + in pairs."""
    found, file, right = [], "", None
    for number, line in enumerate((PACKAGE / "scripts/faults.txt").read_text().splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("- "):
            right = line[2:]
        elif line.startswith("+ ") and right is not None:
            found.append(Fault(file, right, line[2:]))
            right = None
        elif right is None and (PACKAGE / line.strip()).is_file():
            file = line.strip()
        else:
            sys.exit(f"scripts/faults.txt:{number}: neither a file nor a pair of lines: {line}")
    return found


def run(*command: str, limit: int | None = None) -> tuple[int, str]:
    """Runs a command in the clone and returns its exit code and all that it said."""
    try:
        done = subprocess.run(
            command, cwd=CLONE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=limit)
    except subprocess.TimeoutExpired:
        return 124, ""
    return done.returncode, done.stdout.decode(errors="replace")


def killer() -> str | None:
    """Builds and tests the clone as it is, and returns what noticed that something is wrong."""
    code, words = run("swift", "build", "--build-tests")
    if code != 0 and "undefined reference" in words:
        # A build of parts can miss that a generic function changed; a touch makes it look again.
        run("bash", "-c", "touch Chapters/*/*.swift Tests/*/*.swift")
        code, words = run("swift", "build", "--build-tests")
    if code != 0:
        error = next((line for line in words.splitlines() if "error:" in line), "")
        return f"cannot be built: {error.strip()}"
    code, words = run("swift", "test", "--skip-build", "--filter", TESTS, limit=LIMIT)
    if code == 0:
        return None
    if code == 124:
        return f"the tests did not end within {LIMIT} s"
    failed = re.search(r'^✘ Test "?(.+?)"?(?: with \d+ test cases)? (?:recorded|failed)', words, re.M)
    if failed:
        return failed.group(1)
    fatal = re.search(r"(?:Fatal error|Precondition failed): (.+)", words)
    return f"stopped: {fatal.group(1)}" if fatal else "the tests stopped"


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/sabotage", description=__doc__.splitlines()[0])
    parser.add_argument("number", nargs="*", type=int, help="which faults; all without")
    parser.add_argument("--list", action="store_true", help="list the faults and stop")
    options = parser.parse_args()
    listed = list(enumerate(faults(), 1))
    chosen = [pair for pair in listed if not options.number or pair[0] in options.number]
    if not chosen:
        parser.error(f"there are faults 1 to {len(listed)}")
    if options.list:
        for number, fault in chosen:
            print(f"{number}\t{fault.file}\t{fault.right.strip()}\t{fault.wrong.strip()}")
        return

    if CLONE.exists():
        run("git", "fetch", "--quiet", "origin")
        run("git", "reset", "--quiet", "--hard", "FETCH_HEAD")
    else:
        subprocess.run(["git", "clone", "--quiet", str(PACKAGE), str(CLONE)], check=True)
    if (noticed := killer()) is not None:
        sys.exit(f"the tests fail before anything is made wrong: {noticed}")

    print("| | file | line | made | noticed by |\n|---|---|---|---|---|", flush=True)
    survivors = 0
    for number, fault in chosen:
        start = time.monotonic()
        noticed = fault.apply()
        noticed = f"not applied: {noticed}" if noticed else killer()
        run("git", "checkout", "--quiet", ".")
        # A fault that cannot be tried proves nothing, and counts as one that nobody noticed.
        if noticed is None or noticed.startswith(("not applied", "cannot be built")):
            survivors += 1
        name = pathlib.Path(fault.file).stem
        cells = [str(number), name, f"`{fault.right.strip()}`", f"`{fault.wrong.strip()}`",
                 noticed or "**nobody**"]
        print("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |", flush=True)
        print(f"{number}: {time.monotonic() - start:.0f} s", file=sys.stderr)
    print(f"\n{len(chosen) - survivors} of {len(chosen)} faults were noticed.")
    sys.exit(1 if survivors else 0)


if __name__ == "__main__":
    main()
