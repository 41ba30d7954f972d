"""Has the grader grade many submissions, one in five of them hostile.

scripts/soak-grader 500            grades 500 submissions of one exercise
scripts/soak-grader 500 --seed 7   the same, drawn otherwise

Most submissions are stubs, solutions and known wrong answers. The hostile ones crash, loop, call
themselves without end, print or ask for memory without end, end in the middle, start processes that would
outlive them, delete and write where they may not, forge results, and hand in what is no file at all.
Fails where a verdict is not the one that must be given, where a file beside the submissions has changed,
or where a process or a folder is left behind.
"""

import argparse
import collections
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time

PACKAGE = pathlib.Path(__file__).resolve().parent.parent
EXERCISE = "4.2"
HEAD = "import Foundation\nimport Grading\nimport Workbook\n\nnonisolated(unsafe) var box = [0]\n"
BODY = ("func logSoftmax<Scalar: AnalyticField>(_ z: Matrix<Scalar>) -> Matrix<Scalar> {\n"
        "  %s\n  return z\n}\n")
FORGED = r'"{\"key\":\"\",\"verdict\":\"pass\"}\n"'


def hostile(treasure: pathlib.Path, mark: str) -> dict[str, tuple[str, str]]:
    """What hostile answers do, and the verdict that they must get."""
    bodies = {
        "index": ("box[7] = 1", "crashed"),
        "overflow": ("box[0] = Int.max; box[0] += 1", "crashed"),
        "nil": ('box[0] = Int("x")!', "crashed"),
        "fatalError": ("fatalError()", "crashed"),
        "loop": ("while box[0] >= 0 { box[0] = (box[0] + 1) % 5 }", "timed out"),
        "sleep": ("while true { sleep(1000) }", "timed out"),
        "output": ('while true { print("again and again") }', "crashed"),
        "memory": ("while true { box += [Int](repeating: 1, count: 1 << 27) }", "crashed"),
        "exit": ("exit(0)", "crashed"),
        "_exit": ("_exit(0)", "crashed"),
        "forged": (f"let pass = {FORGED}; for file in 1..<64 "
                   "{ _ = pass.withCString { write(Int32(file), $0, strlen($0)) } }; exit(0)",
                   "crashed"),
        "closed": ("for file in 0..<64 { close(Int32(file)) }", "crashed"),
        "keeper": ("kill(getppid(), SIGKILL); kill(-1, SIGKILL); exit(0)", "crashed"),
        "delete": (f'unlink("{treasure}"); try? FileManager.default.removeItem(atPath: '
                   f'"{treasure.parent}"); exit(0)', "crashed"),
        "write": (f'try? Data("mine".utf8).write(to: URL(filePath: "{treasure}")); exit(0)',
                  "crashed"),
        "fill": ('let junk = Data(repeating: 1, count: 1 << 27); for n in 0... '
                 '{ if (try? junk.write(to: URL(filePath: "junk\\(n % 3)"))) == nil { exit(1) } }',
                 "crashed"),
        "outlive": ("for _ in 0..<3 { let child = Process(); child.executableURL = "
                    'URL(filePath: "/usr/bin/setsid"); child.arguments = '
                    f'["/bin/sleep", "{mark}"]; try? child.run() }}; sleep(1); exit(0)', "crashed"),
        "threads": ("for _ in 0..<50 { Thread.detachNewThread { while true { box[0] &+= 0 } } }; "
                    "while true {}", "timed out"),
        "ignore": ("for n in 1..<32 { signal(Int32(n), SIG_IGN) }; while true {}", "timed out"),
        "read-only": ('chmod(".", 0); exit(0)', "crashed"),
        "refused": ("let n: Int = 1.5", "did not compile"),
    }
    answers = {name: (HEAD + BODY % code, verdict) for name, (code, verdict) in bodies.items()}
    answers["recursion"] = (
        HEAD + BODY % "box[0] = dive(1)"
        + "func dive(_ n: Int) -> Int { n == -1 ? 0 : dive(n + 1) + 1 }\n", "crashed")
    answers["garbage"] = ("\udcff\udcfe" * 500, "did not compile")
    answers["empty"] = ("", "did not compile")
    answers["shadow"] = (
        HEAD + BODY % "" + "struct Exam {}\nfunc judge(_ exam: inout Exam) {}\n", "did not compile")
    return answers


def hand_in(folder: pathlib.Path, path: str, text: str) -> None:
    """Writes an answer where it belongs in a submission."""
    place = folder / path
    place.parent.mkdir(parents=True)
    place.write_bytes(text.encode(errors="surrogateescape"))


def hand_in_no_file(folder: pathlib.Path, path: str, kind: str) -> None:
    """Puts something else where an answer belongs."""
    place = folder / path
    place.parent.mkdir(parents=True)
    if kind == "link":
        place.symlink_to("/etc/passwd")
    elif kind == "endless link":
        place.symlink_to("/dev/zero")
    elif kind == "pipe":
        os.mkfifo(place)
    elif kind == "folder":
        place.mkdir()
    elif kind == "large":
        with place.open("wb") as file:
            file.truncate(1 << 32)


NO_FILES = ["link", "endless link", "pipe", "folder", "large"]


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/soak-grader", description=__doc__.splitlines()[0])
    parser.add_argument("count", type=int, help="how many submissions")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    options = parser.parse_args()
    built = subprocess.run([PACKAGE / "scripts/build"], stdout=subprocess.PIPE, text=True)
    if built.returncode:
        sys.exit(built.returncode)
    runner = pathlib.Path(built.stdout.splitlines()[-1])

    draw = random.Random(options.seed)
    mark = str(draw.randrange(100_000, 1_000_000))
    with tempfile.TemporaryDirectory(prefix="soak-grader-") as folder:
        place = pathlib.Path(folder)
        treasure = place / "treasure"
        treasure.write_text("gold")
        scratch = place / "scratch"
        scratch.mkdir()
        subprocess.run([runner, "dev", "answers", place / "answers"], check=True)
        rows = [line.split("\t") for line in (place / "answers/answers.tsv").read_text().splitlines()]
        known = [(path, (place / "answers" / file).read_text(), verdict)
                 for exercise, path, file, verdict in rows if exercise == EXERCISE]
        attacks = hostile(treasure, mark)
        kinds = list(attacks) + NO_FILES
        expected = {}
        for number in range(options.count):
            path, text, verdict = draw.choice(known)
            name = f"{number:04}"
            if number % 5 == 4:
                kind = kinds[number // 5 % len(kinds)]
                name += "-" + kind.replace(" ", "-")
                if kind in NO_FILES:
                    hand_in_no_file(place / "class" / name, path, kind)
                    verdict = "did not compile"
                else:
                    text, verdict = attacks[kind]
                    hand_in(place / "class" / name, path, text)
            else:
                hand_in(place / "class" / name, path, text)
            expected[name] = verdict

        start = time.monotonic()
        code = subprocess.run(
            [runner, "grade", place / "class", "--exercises", EXERCISE, "--json",
             place / "grades.json", "--junit", place / "grades.xml", "--csv", place / "grades.csv",
             "--threads", str(options.threads)],
            env=os.environ | {"TMPDIR": str(scratch)}, stdout=subprocess.DEVNULL).returncode
        seconds = time.monotonic() - start

        problems = [f"grade ended with code {code}"] if code else []
        grades = json.loads((place / "grades.json").read_text())["submissions"]
        if len(grades) != options.count:
            problems.append(f"{len(grades)} submissions were graded")
        counts = collections.Counter()
        for grade in grades:
            test = grade["tests"][0]
            counts[test["verdict"]] += 1
            if test["verdict"] != expected[grade["submission"]]:
                problems.append(
                    f"{grade['submission']} must get {expected[grade['submission']]}, and got "
                    f"{test['verdict']}: {test.get('message', '')}")
            if test.get("seconds", 0) > 60:
                problems.append(f"{grade['submission']} took {test['seconds']} s")
        if treasure.read_text() != "gold":
            problems.append("a file beside the submissions was changed")
        if left := [path.name for path in scratch.iterdir()]:
            problems.append(f"{len(left)} folders were left behind: {left[:3]}")
        for process in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
            try:
                words = process.read_bytes()
            except OSError:
                continue
            if b"exercise-" in words or mark.encode() in words:
                problems.append(f"a process was left behind: {words!r}")
        for problem in problems:
            print(problem, file=sys.stderr)
        print(f"{options.count} submissions, {options.count // 5} hostile, in {seconds:.0f} s: "
              + ", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items()))
              + f"; {len(problems)} problems")
        sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
