"""Makes one line wrong at a time, and asks the tests to notice.

scripts/sabotage            applies every fault of scripts/faults.txt
scripts/sabotage 3 17 40-60 applies those
scripts/sabotage --list     lists them

Works on a copy of the sources, in .build-sabotage; your own files are not touched. The copy is built
once, with all faults in it, each behind a switch: scripts/fault_switch.py says how. A fault that the
compiler takes in no such form is built by itself. Prints a row of a Markdown table for each fault: the
line, what was made of it, and the first test that failed. Exit code 1 if a fault survives or cannot be
applied. A fault takes some seconds; the build takes minutes.
"""

import argparse
import collections
import functools
import os
import pathlib
import re
import signal
import subprocess
import sys
import time

import fault_switch

PACKAGE = pathlib.Path(__file__).resolve().parent.parent
COPY = PACKAGE / ".build-sabotage"
UNAVAILABLE = 69  # how the tests end where none has a name that is asked
LIMIT = 600  # seconds for all tests, which take some sixty where nothing is wrong
ALL = "KernelsTests|WorkbookTests|CertifyTests|GradientCheckTests|ParityTests|BookTests|ExperimentTests"
HEADER = """#include <stdbool.h>
extern int workbookFault;
static inline bool isFault(int number) { return workbookFault == number; }
"""
# By its own map the compiler also finds the module where a test calls it.
MODULE = 'module Faults [system] { header "Faults.h" }\n'
SOURCE = """#include "Faults.h"
#include <stdlib.h>
int workbookFault = 0;
__attribute__((constructor)) static void readFault(void) {
  const char *number = getenv("WORKBOOK_FAULT");
  if (number != NULL) workbookFault = atoi(number);
}
"""
# What no test here needs is not built.
KEPT = """
var wanted: Set = [
  "CertifyTests", "KernelsTests", "WorkbookTests", "GradientCheckTests", "ParityTests", "WeaverTests",
  "ChapterTests", "CommandTests", "ExerciseTests",
]
var news = wanted
while !news.isEmpty {
  let found = package.targets.filter { news.contains($0.name) }.flatMap(\\.dependencies)
  news = Set(found.compactMap { dependency -> String? in
    switch dependency {
    case .byNameItem(let name, _), .targetItem(let name, _): name
    default: nil
    }
  }).subtracting(wanted)
  wanted.formUnion(news)
}
package.targets.removeAll { !wanted.contains($0.name) }
package.products = []
"""


class Fault:
    """Lines of a file, and the lines that are put in their place."""

    def __init__(self, number: int, file: str, near: str, right: str, wrong: str) -> None:
        self.number, self.file, self.right, self.wrong = number, file, right, wrong
        # The tests that are asked first.
        self.near = near
        # The forms that are left to try: a choice of an expression, of a statement.
        forms = [fault_switch.expression, fault_switch.statement]
        self.choices = [c for form in forms if (c := form(number, right, wrong)) is not None]

    def problem(self, text: str) -> str | None:
        """Returns what is in the way of applying the fault, if anything is."""
        count = text.count(self.right)
        return None if count == 1 else f"the line stands there {count} times"


def faults() -> list[Fault]:
    """Reads scripts/faults.txt: a file's path, then lines with - and lines with + in turn.

    A line with ? names the tests to ask first, by module, suite, name or file, for what follows.
    """
    found: list[Fault] = []
    file, near, right, wrong = "", ALL, [], []

    def add() -> None:
        if right or wrong:
            found.append(Fault(len(found) + 1, file, near, "\n".join(right), "\n".join(wrong)))
            right.clear()
            wrong.clear()

    for number, line in enumerate((PACKAGE / "scripts/faults.txt").read_text().splitlines(), 1):
        if line[:2] in ("- ", "-"):
            if wrong:
                add()
            right.append(line[2:])
        elif line[:2] in ("+ ", "+") and right:
            wrong.append(line[2:])
        elif line[:2] == "? ":
            add()
            near = line[2:]
        elif line.strip() and not line.startswith("#"):
            add()
            if not (PACKAGE / (file := line.strip())).is_file():
                sys.exit(f"scripts/faults.txt:{number}: neither a file nor a pair of lines: {line}")
    add()
    return found


# MARK: The copy

def write(path: pathlib.Path, data: bytes) -> None:
    """Writes a file, unless it says so already: then what was built of it stays."""
    if path.is_file() and not path.is_symlink() and path.read_bytes() == data:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def write_copy(listed: list[Fault]) -> None:
    """Copies the sources as they are, with the given faults behind switches."""
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=PACKAGE,
        check=True, stdout=subprocess.PIPE).stdout.decode().split("\0")
    kept = {name for name in names if name and (PACKAGE / name).is_file()}
    for folder in ("Chapters", "Sources", "Tests"):
        for old in (COPY / folder).rglob("*"):
            if old.is_file() and str(old.relative_to(COPY)) not in kept and old.parts[-1][:6] != "Faults":
                old.unlink()
    byFile = collections.defaultdict(list)
    for fault in listed:
        byFile[fault.file].append(fault)
    for name in kept:
        data = (PACKAGE / name).read_bytes()
        if name == "Package.swift":
            data = with_switch(data.decode()).encode()
        elif name in byFile:
            data = switched(data.decode(), byFile[name]).encode()
        write(COPY / name, data)
    write(COPY / "Sources/Faults/include/Faults.h", HEADER.encode())
    write(COPY / "Sources/Faults/include/module.modulemap", MODULE.encode())
    write(COPY / "Sources/Faults/Faults.c", SOURCE.encode())


def switched(text: str, listed: list[Fault]) -> str:
    """Returns a file with a choice for each of its faults."""
    choices = []
    for fault in listed:
        if fault.choices and fault.problem(text) is None:
            start, choice = text.index(fault.right), fault.choices[0]
            choices.append(
                fault_switch.Choice(
                    start + choice.start, start + choice.end, choice.opening, choice.closing))
    return ("import Faults\n" if choices else "") + fault_switch.chosen(text, choices)


def with_switch(package: str) -> str:
    """Returns the package with a module that has the switch, on which all others depend."""
    for right, wrong in [
        ("  targets: [\n", '  targets: [\n    .target(name: "Faults"),\n'),
        ('name: "Kernels", dependencies: [', 'name: "Kernels", dependencies: ["Faults", '),
        ("name: name, dependencies: dependencies,", 'name: name, dependencies: dependencies + ["Faults"],'),
        ("Target.Dependency(stringLiteral: $0.name) }",
         'Target.Dependency(stringLiteral: $0.name) } + ["Faults"]'),
    ]:
        if package.count(right) != 1:
            sys.exit(f"Package.swift: “{right.strip()}” stands there {package.count(right)} times")
        package = package.replace(right, wrong)
    return package + KEPT


# MARK: Building and testing

def build() -> str | None:
    """Builds the copy's tests, and returns what the compiler says where it takes something amiss."""
    command = ["swift", "build", "--build-tests"]
    done = subprocess.run(command, cwd=COPY, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return None if done.returncode == 0 else done.stdout.decode(errors="replace")


def blamed(words: str, listed: list[Fault]) -> list[Fault]:
    """Returns the faults whose switches the compiler does not take."""
    numbers = set()
    for path, line in re.findall(r"^(/\S+?\.swift):(\d+):\d+: error:", words, re.M):
        lines = pathlib.Path(path).read_text().splitlines()
        # A choice may have several lines, and be judged at the last.
        for index in sorted(range(len(lines)), key=lambda index: abs(index + 1 - int(line)))[:9]:
            if found := re.findall(r"isFault\((\d+)\)", lines[index]):
                numbers.update(map(int, found))
                break
    return [fault for fault in listed if fault.number in numbers]


def build_all(listed: list[Fault]) -> None:
    """Builds the copy with a switch for each fault that can have one."""
    for _ in range(12):
        write_copy(listed)
        if (words := build()) is None:
            return
        rejected = blamed(words, listed)
        if not rejected:
            error = next((line for line in words.splitlines() if "error:" in line), words[-500:])
            sys.exit(f"the copy cannot be built: {error}")
        for fault in rejected:
            fault.choices.pop(0)
            print(f"{fault.number}: tried in another form", file=sys.stderr)
    sys.exit("the copy cannot be built")


@functools.cache
def test_command() -> list[str]:
    """How the built tests are run: where they are a program, without the package manager."""
    folder = subprocess.run(
        ["swift", "build", "--show-bin-path"], cwd=COPY, check=True, stdout=subprocess.PIPE
    ).stdout.decode().strip()
    bundle = next(pathlib.Path(folder).glob("*PackageTests.xctest"))
    if bundle.is_file():
        return [str(bundle), "--testing-library", "swift-testing"]
    return ["swift", "test", "--skip-build", "--disable-xctest"]


def first_failure(number: int, tests: str) -> str | None:
    """Runs tests with a fault until one fails, and returns its name, or None where all pass."""
    environment = os.environ | {"WORKBOOK_FAULT": str(number)}
    process = subprocess.Popen(
        [*test_command(), "--filter", tests], cwd=COPY, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env=environment, start_new_session=True, text=True, errors="replace")
    signal.signal(signal.SIGALRM, lambda *_: os.killpg(process.pid, signal.SIGKILL))
    signal.alarm(LIMIT)
    try:
        fatal, ran = None, False
        for line in process.stdout:
            line = re.sub(r"\x1b\[[0-9;]*m", "", line)
            failed = re.match(r'✘ Test "?(.+?)"?(?: with \d+ test cases)? (?:recorded|failed)', line)
            if failed:
                return failed.group(1)
            if trap := re.search(r"(?:Fatal error|Precondition failed): (.+)", line):
                fatal = trap.group(1).strip()
            ran = ran or line.startswith("✔ Test run")
        code = process.wait()
        if code == UNAVAILABLE:
            return "not applied: no test has a name that it asks"
        if code == 0 and ran:
            return None
        if code == -signal.SIGKILL:
            return f"the tests did not end within {LIMIT} s"
        return f"stopped: {fatal}" if fatal else f"the tests stopped, with {code}"
    finally:
        signal.alarm(0)
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()


def noticed(number: int, near: str) -> str | None:
    """Returns what notices a fault: one of the tests that are asked first, or any other."""
    return first_failure(number, near) or (first_failure(number, ALL) if near != ALL else None)


def noticed_apart(fault: Fault) -> str | None:
    """Builds a fault that has no switch by itself, and returns what notices it."""
    path = COPY / fault.file
    right = path.read_bytes()
    path.write_text(right.decode().replace(fault.right, fault.wrong))
    words = build()
    found = noticed(0, fault.near) if words is None else "cannot be built"
    path.write_bytes(right)
    return found


# MARK: The command

def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/sabotage", description=__doc__.splitlines()[0])
    parser.add_argument("number", nargs="*", help="which faults, such as 3 or 40-60; all without")
    parser.add_argument(
        "--list", action="store_true",
        help="list the faults and stop; exit code 1 where one cannot be made")
    options = parser.parse_args()
    listed = faults()
    wanted = set()
    for word in options.number:
        if not re.fullmatch(r"\d+(-\d+)?", word):
            parser.error(f"“{word}” is no number of a fault, and no range such as 40-60")
        first, _, last = word.partition("-")
        wanted.update(range(int(first), int(last or first) + 1))
    chosen = [fault for fault in listed if not wanted or fault.number in wanted]
    if not chosen:
        parser.error(f"there are faults 1 to {len(listed)}")
    if options.list:
        for fault in chosen:
            print(f"{fault.number}\t{fault.file}\t{fault.right.strip()}\t{fault.wrong.strip()}")
        problems = [
            f"{fault.number}: {fault.file}: {problem}" for fault in chosen
            if (problem := fault.problem((PACKAGE / fault.file).read_text()))]
        if problems:
            sys.exit("\n".join(problems))
        return

    # All have their switches, whichever are asked for, so that nothing is built again.
    build_all(listed)
    if (name := first_failure(0, ALL)) is not None:
        sys.exit(f"the tests fail before anything is made wrong: {name}")
    print("| | file | line | made | noticed by |\n|---|---|---|---|---|", flush=True)
    survivors = []
    for fault in chosen:
        start = time.monotonic()
        problem = fault.problem((PACKAGE / fault.file).read_text())
        if problem:
            found = f"not applied: {problem}"
        else:
            found = noticed(fault.number, fault.near) if fault.choices else noticed_apart(fault)
        # A fault that cannot be tried proves nothing, and counts as one that nobody noticed.
        if found is None or found.startswith(("not applied", "cannot be built")):
            survivors.append(fault.number)
        cells = [str(fault.number), pathlib.Path(fault.file).stem, f"`{one_line(fault.right)}`",
                 f"`{one_line(fault.wrong)}`", found or "**nobody**"]
        print("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |", flush=True)
        print(f"{fault.number}: {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)
    print(f"\n{len(chosen) - len(survivors)} of {len(chosen)} faults were noticed.")
    if survivors:
        print("Not noticed: " + ", ".join(map(str, survivors)))
    apart = [fault.number for fault in listed if not fault.choices]
    if apart:
        print("Built apart: " + ", ".join(map(str, apart)))
    sys.exit(1 if survivors else 0)


def one_line(lines: str) -> str:
    return " ".join(line.strip() for line in lines.split("\n"))


if __name__ == "__main__":
    main()
