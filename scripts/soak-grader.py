"""Has the grader grade many submissions, one in five of them hostile.

scripts/soak-grader 500            grades 500 submissions of one exercise
scripts/soak-grader 500 --seed 7   the same, drawn otherwise
scripts/soak-grader 60 --every 1   60 hostile ones, each kind once

Most submissions are stubs, solutions and known wrong answers. The hostile ones crash, loop, call
themselves without end, print, write, start processes or threads, or ask for memory without end, end in the
middle, start processes that would outlive them or go by another name, delete, write, lock and reach where they
may not, forge results and reports, look for the key, keep the compiler busy, and hand in what is no file at all.
Fails where a verdict is not the one that must be given, where a file beside the submissions has changed,
where memory is shared with those that come later, or where a process or a folder is left behind.
"""

import argparse
import collections
import json
import os
import pathlib
import random
import resource
import subprocess
import sys
import tempfile
import time

PACKAGE = pathlib.Path(__file__).resolve().parent.parent
EXERCISE = "4.2"
HEAD = """import Foundation
import Grading
import Workbook

nonisolated(unsafe) var box = [0]
@_silgen_name("fork") func split() -> Int32
@_silgen_name("prctl") func control(_: Int32, _: Int, _: Int, _: Int, _: Int) -> Int32
@_silgen_name("shmget") func share(_: Int32, _: Int, _: Int32) -> Int32
@_silgen_name("setxattr") func mark(
  _: UnsafePointer<CChar>, _: UnsafePointer<CChar>, _: UnsafePointer<CChar>, _: Int, _: Int32) -> Int32
@_silgen_name("ptrace") func trace(_: Int, _: Int, _: Int, _: Int) -> Int
"""
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
        # A process that goes by the name of the supervisor, or of the system's first, outlives none the less.
        "renamed": (f'if split() == 0 {{ setsid(); _ = "init".withCString {{ control(15, Int(bitPattern: $0), 0, 0, 0) }}; if split() == 0 '
                    f'{{ _ = control(1, 0, 0, 0, 0); for n in 1..<32 {{ signal(Int32(n), SIG_IGN) }}; '
                    f'sleep({mark}) }}; sleep({mark}) }}; sleep(1); exit(0)',
                    "crashed"),
        "processes": (f"for _ in 0..<500 where split() == 0 {{ setsid(); sleep({mark}) }}; exit(0)",
                      "crashed"),
        "bomb": ("while true { _ = split() }", "timed out"),
        "many threads": ("for _ in 0..<20_000 { Thread.detachNewThread { sleep(1000) } }; exit(0)",
                         "crashed"),
        "traced": ("if trace(0, 0, 0, 0) == 0 { raise(SIGSTOP) }; exit(0)", "crashed"),
        "stopped": ("kill(getpid(), SIGSTOP)", "timed out"),
        "disk": ('let junk = Data(repeating: 1, count: 1 << 20); for n in 0... { let file = '
                 'open("junk\\(n)", O_WRONLY | O_CREAT, 0o600); for _ in 0..<60 { _ = junk.withUnsafeBytes '
                 '{ write(file, $0.baseAddress, $0.count) } }; close(file) }', "crashed"),
        "unnamed": ('let junk = Data(repeating: 1, count: 1 << 20); while true { let file = '
                    'open("junk", O_WRONLY | O_CREAT, 0o600); unlink("junk"); for _ in 0..<60 { _ = '
                    'junk.withUnsafeBytes { write(file, $0.baseAddress, $0.count) } } }', "crashed"),
        "deep": ('for _ in 0..<3_000 { mkdir("d", 0o700); chdir("d") }; exit(0)', "crashed"),
        "locked": ('mkdir("a", 0o700); mkdir("a/b", 0); symlink("/etc", "a/link"); mkdir("c", 0o500); '
                   'chmod("a", 0); chmod(".", 0); exit(0)', "crashed"),
        "link out": (f'symlink("{treasure.parent}", "out"); symlink("{treasure}", "treasure"); exit(0)',
                     "crashed"),
        "chmod": (f'chmod("{treasure}", 0); chmod("{treasure.parent}", 0); utimes("{treasure}", nil); '
                  f'lchown("{treasure}", 1, 1); mark("{treasure}", "user.a", "b", 1, 0); '
                  f'truncate("{treasure}", 0); exit(0)', "crashed"),
        "udp": ('let s = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0); let t = socket(AF_UNIX, '
                'Int32(SOCK_STREAM.rawValue), 0); if s >= 0 || t >= 0 { notAttempted() }; exit(0)', "crashed"),
        "shm": (f"if share({mark}, 4096, 0o1666) >= 0 {{ notAttempted() }}; exit(0)", "crashed"),
        "key": ('var b = [UInt8](repeating: 0, count: 4096); lseek(0, 0, SEEK_SET); let n = pread(0, &b, 4096, 0) '
                '+ read(0, &b, 4096); let key = String(decoding: b, as: UTF8.self).split(separator: "\\"").first '
                '{ $0.utf8.count == 36 } ?? "none"; let m = "{\\"key\\":\\"\\(key)\\",\\"ending\\":\\"pass\\"}\\n"; '
                '_ = m.withCString { write(3, $0, strlen($0)) }; if n > 0 { notAttempted() }; exit(0)', "crashed"),
        "report link": ('symlink("/dev/zero", "report.json"); box[7] = 1', "crashed"),
        "report pagemap": ('symlink("/proc/self/pagemap", "report.json"); exit(0)', "crashed"),
        "report slow": ('let s = "Swift runtime failure: " + String(repeating: " in ", count: 200_000) + "\\\\nx"; '
                        'let r = "{\\"threads\\":[{\\"crashed\\":true,\\"frames\\":[{\\"symbol\\":\\"\\(s)\\"}]}]}"; '
                        'try? Data(r.utf8).write(to: URL(filePath: "report.json")); _exit(3)', "crashed"),
        "report deep": ('try? Data(String(repeating: "[", count: 1 << 19).utf8).write(to: '
                        'URL(filePath: "report.json")); _exit(3)', "crashed"),
        "events": ('let lines = String(repeating: "\\n{}", count: 1 << 18); for _ in 0..<8 '
                   '{ _ = lines.withCString { write(3, $0, strlen($0)) } }; exit(0)', "crashed"),
        "errors": ('let lines = String(repeating: "Fatal error", count: 1 << 12); '
                   'FileHandle.standardError.write(Data(lines.utf8)); exit(0)', "crashed"),
        "refused": ("let n: Int = 1.5", "did not compile"),
    }
    answers = {name: (HEAD + BODY % code, verdict) for name, (code, verdict) in bodies.items()}
    answers["recursion"] = (
        HEAD + BODY % "box[0] = dive(1)"
        + "func dive(_ n: Int) -> Int { n == -1 ? 0 : dive(n + 1) + 1 }\n", "crashed")
    answers["global"] = (
        HEAD + BODY % "" + "nonisolated(unsafe) var g = InlineArray<2_000_000_000, UInt8>(repeating: 1)\n",
        "timed out")
    answers["nest"] = (HEAD + BODY % "" + f"let n = {'(' * 9_000}1{')' * 9_000}\n", "did not compile")
    answers["testable"] = (
        HEAD.replace("import Grading", "@testable import Grading") + BODY % "ExamProcess.end(ExamEvent(ending: .pass))",
        "did not compile")
    answers["module"] = (
        HEAD + BODY % "" + "enum Grading { typealias Exam = Int }\n", "did not compile")
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
    parser.add_argument("--every", type=int, default=5, help="one in so many is hostile (5)")
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
        mode = treasure.stat().st_mode
        scratch = place / "scratch"
        scratch.mkdir()
        subprocess.run([runner, "dev", "answers", place / "answers"], check=True)
        rows = [line.split("\t") for line in (place / "answers/answers.tsv").read_text().splitlines()]
        known = [(path, (place / "answers" / file).read_text(), verdict)
                 for exercise, path, file, verdict in rows if exercise == EXERCISE]
        attacks = hostile(treasure, mark)
        kinds = list(attacks) + NO_FILES
        draw.shuffle(kinds)
        expected = {}
        for number in range(options.count):
            path, text, verdict = draw.choice(known)
            name = f"{number:04}"
            if number % options.every == options.every - 1:
                kind = kinds[number // options.every % len(kinds)]
                name += "-" + kind.replace(" ", "-")
                if kind in NO_FILES:
                    hand_in_no_file(place / "class" / name, path, kind)
                    verdict = "not attempted"
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
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss

        # What is no file cannot be read, and the code says so.
        handed_in = {name[5:].replace("-", " ") for name in expected}
        expected_code = 65 if handed_in & set(NO_FILES) else 0
        problems = [f"grade ended with code {code}"] if code != expected_code else []
        grades = json.loads((place / "grades.json").read_text())["submissions"]
        if len(grades) != options.count:
            problems.append(f"{len(grades)} submissions were graded")
        counts = collections.Counter()
        for grade in grades:
            # A submission that holds no file at all has no tests, and a message instead.
            ungraded = {"verdict": "not attempted" if grade.get("message") else "no word"}
            test = (grade["tests"] or [ungraded])[0]
            counts[test["verdict"]] += 1
            if test["verdict"] != expected[grade["submission"]]:
                problems.append(
                    f"{grade['submission']} must get {expected[grade['submission']]}, and got "
                    f"{test['verdict']}: {test.get('message', '')}")
            if test.get("seconds", 0) > 150:
                problems.append(f"{grade['submission']} took {test['seconds']} s")
        if treasure.read_text() != "gold" or treasure.stat().st_mode != mode:
            problems.append("a file beside the submissions was changed")
        shared = pathlib.Path("/proc/sysvipc/shm")
        if shared.exists() and f" {mark} " in shared.read_text():
            problems.append("memory is shared with later answers")
        if left := [path.name for path in scratch.iterdir()]:
            problems.append(f"{len(left)} folders were left behind: {left[:3]}")
        for process in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
            try:
                words = process.read_bytes()
            except OSError:
                continue
            if os.fsencode(scratch) in words or mark.encode() in words:
                problems.append(f"a process was left behind: {words!r}")
        for problem in problems:
            print(problem, file=sys.stderr)
        print(f"{options.count} submissions, {options.count // options.every} hostile, in {seconds:.0f} s: "
              + ", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items()))
              + f"; no process had more than {peak >> 10} MiB; {len(problems)} problems")
        sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
