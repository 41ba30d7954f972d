"""Times the workloads of the workbook beside NumPy, PyTorch and others, in one run on one machine.

    scripts/compare                          all workloads
    scripts/compare small-cnn --rounds 9     one of them, more often

All do the same work: the same inputs and starting weights, the same steps in Float32, the same number
of threads. A round starts our program and those of the peers one after the other. A program warms up for
five steps, times the following ones, and gives their median. The table has the median over the rounds;
× says how many times as long the peer takes as ours in the same round, as a median with the least and
the greatest. The losses of the first steps must fall and agree to a part in 10⁴, or the speeds compare
nothing. The peers stand in scripts/peers, which says how they are written.

For small networks a step is an epoch, and JAX compiles a hundred of them into one program; the time to
compile is not counted. For images JAX is far behind PyTorch, and has no program there. scikit-learn
trains the digits, and Keras the random numbers, each by one call for many epochs. Keras runs on
TensorFlow, its backend unless another is named, and on JAX, which is faster there.

The peers' packages are installed into .build-compare; it takes the network, some minutes and 3 GB, once.

Exit codes: 0 all was measured, whether targets are met or not; 1 losses disagree; 64 wrong usage;
69 Swift, Python or a package is missing; 70 a program failed; 73 the disk cannot be written.
"""

import argparse
import contextlib
import json
import os
import pathlib
import platform
import resource
import shutil
import signal
import statistics
import subprocess
import sys

PACKAGE = pathlib.Path(__file__).resolve().parent.parent
SCRIPTS = PACKAGE / "scripts"
BUILD = PACKAGE / ".build-compare"
REQUIREMENTS = SCRIPTS / "requirements-compare.txt"
TOLERANCE = 1e-4

# What the names of the peers' files begin with. Plain NumPy is what a tutorial writes; NumPy is that
# made as fast as we know how. A workload has the peers that there are files for.
PEERS = {
    "NumPy": "numpy", "plain NumPy": "plain", "PyTorch": "torch", "JAX": "jax",
    "scikit-learn": "sklearn", "Keras": "keras", "Keras on JAX": "kerasjax"}

# The peers' files end in this, or in the workload's name, and ours should be at least so many times as
# fast.
WORKLOADS = {
    "cats-dogs-mlp": ("mlp", {"NumPy": 2.2, "PyTorch": 2.2}),
    "small-cnn": ("cnn", {"plain NumPy": 5.0, "PyTorch": 1.2}),
    "two-block-cnn": ("cnn", {"PyTorch": 1.0}),
    "two-block-cnn-28": ("cnn", {"PyTorch": 1.0}),
    "circles": ("dense", {"NumPy": 2.5, "PyTorch": 7, "JAX": 1.2}),
    "circles-single": ("dense", {"NumPy": 250, "PyTorch": 1000, "JAX": 5}),
    "circles-inference": ("dense", {"NumPy": 80, "PyTorch": 250}),
    "regression": ("dense", {"NumPy": 6, "PyTorch": 50, "JAX": 3}),
    "bullseye": ("dense", {"NumPy": 4, "PyTorch": 30, "JAX": 2}),
    "blobs": ("dense", {"NumPy": 4, "PyTorch": 30, "JAX": 2}),
    "digits": ("dense", {"NumPy": 3, "JAX": 1.3, "scikit-learn": 5}),
    "dummy": ("dense", {"NumPy": 10, "JAX": 3, "Keras": 1000}),
}


def peers_of(name):
    """Returns the programs that do a workload, by the name of the peer."""
    family, _ = WORKLOADS[name]
    found = {}
    for peer, stem in PEERS.items():
        for kind in (family, name):
            path = SCRIPTS / f"peers/{stem}_{kind}.py"
            if path.exists():
                found[peer] = path
    return found


def say(sentence):
    print(sentence, file=sys.stderr, flush=True)


def give_up(code, sentence):
    say(sentence)
    sys.exit(code)


# What is run, and how it ends.


def run(command, environment=None):
    """Runs a program to its end, and returns its exit code, output and complaints.

    It leads a group of its own, and whatever ends this script ends the group.
    """
    child = subprocess.Popen(
        command, cwd=PACKAGE, env=environment, text=True, start_new_session=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        output, complaints = child.communicate()
        return child.returncode, output, complaints
    except BaseException:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        raise


def stop(number, _):
    sys.exit(128 + number)


def build():
    """Builds chapter-runner as a reader does: a debug build, which is optimised. Returns its path."""
    say("Building chapter-runner …")
    code, output, complaints = run(["bash", SCRIPTS / "build"])
    if code in (69, 73):
        give_up(code, complaints.rstrip())
    if code != 0:
        give_up(70, f"{output}{complaints}\nThe build failed; the compiler's words are above.")
    return pathlib.Path(output.splitlines()[-1])


def install():
    """Returns a Python that has the peers' packages, as the requirements name them."""
    python, installed = BUILD / "venv/bin/python", BUILD / "installed.txt"
    if python.exists() and installed.exists() and installed.read_text() == REQUIREMENTS.read_text():
        return python
    say("Installing NumPy, PyTorch, JAX, scikit-learn, Keras and TensorFlow into .build-compare …")
    shutil.rmtree(BUILD, ignore_errors=True)
    for command, problem in [
        ([sys.executable, "-m", "venv", BUILD / "venv"],
         "Python cannot make a virtual environment; on Debian: apt-get install python3-venv (as root)"),
        ([python, "-m", "pip", "install", "--quiet", "--requirement", REQUIREMENTS],
         "pip cannot install NumPy and its peers; its words are above. Is there a network?"),
    ]:
        code, output, complaints = run(command)
        if code != 0:
            give_up(69, f"{output}{complaints}\n{problem}")
    installed.write_text(REQUIREMENTS.read_text())
    return python


def with_threads(threads):
    """Returns an environment in which the libraries under NumPy and PyTorch keep to some threads."""
    names = ["OMP", "OPENBLAS", "MKL", "VECLIB_MAXIMUM"]
    return os.environ | {f"{name}_NUM_THREADS".replace("MAXIMUM_NUM", "MAXIMUM"): str(threads)
                         for name in names}


def timing(command, environment):
    """Runs a program that writes workbook-bench/1 for one workload, and returns what it measured."""
    code, output, complaints = run([str(part) for part in command], environment)
    if code == 73:
        give_up(73, complaints.rstrip())
    try:
        report = json.loads(output) if code == 0 else {}
        return {"program": report["program"], **report["workloads"][0]}
    except (ValueError, LookupError):
        words = " ".join(map(str, command))
        give_up(70, f"{complaints}\n“{words}” failed with exit code {code}; its words are above.")


# A workload: its rounds, and what they say.


def measure(name, runner, python, options):
    """Returns the timings of each program, round by round."""
    inputs, environment = BUILD / "inputs", with_threads(options.threads)
    ours = [runner, "bench", name, "--json", "--threads", options.threads]
    timing([*ours, "--repeat", 1, "--export", inputs], environment)
    if options.repeat:
        ours += ["--repeat", options.repeat]
    rounds = []
    for number in range(options.rounds):
        say(f"{name}: round {number + 1} of {options.rounds}")
        found = {"ours": timing(ours, environment)}
        count = ["--repeat", found["ours"]["steps"], "--threads", options.threads]
        for peer, program in peers_of(name).items():
            found[peer] = timing([python, program, inputs, name, *count], environment)
        rounds.append(found)
    shutil.rmtree(inputs)
    return rounds


def disagreement(name, rounds):
    """Returns what is wrong with the losses in a sentence, or nothing. Predictions stay as they are."""
    for found in rounds:
        ours = found["ours"]["losses"]
        falls = ours[-1] < ours[0] or name.endswith("-inference")
        if not all(isinstance(loss, float) for loss in ours) or not falls:
            return f"our losses do not fall: {ours}"
        for peer in found.keys() - {"ours"}:
            theirs = found[peer]["losses"]
            pairs = zip(ours, theirs, strict=True)
            if not all(abs(a - b) <= TOLERANCE * abs(b) for a, b in pairs):
                return f"losses disagree: ours are {ours}, those of {peer} {theirs}"
    return None


def summary(name, rounds):
    """Returns the row of a workload: medians, ratios with their spread, targets."""
    def seconds(program):
        return [found[program]["secondsPerStep"]["median"] for found in rounds]

    row = {"name": name, "losses": rounds[0]["ours"]["losses"], "ours": statistics.median(seconds("ours"))}
    for peer in peers_of(name):
        ratios = [theirs / ours for ours, theirs in zip(seconds("ours"), seconds(peer))]
        ratio, target = statistics.median(ratios), WORKLOADS[name][1].get(peer)
        row[peer] = {
            "seconds": statistics.median(seconds(peer)),
            "programs": sorted({found[peer]["program"] for found in rounds}),
            "ratio": ratio, "least": min(ratios), "greatest": max(ratios),
            "target": target, "met": None if target is None else ratio >= target}
    return row


# The machine.


def busy_seconds():
    """Returns how long all processors have worked since the start, where Linux says it."""
    try:
        times = pathlib.Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]
    except OSError:
        return None
    user, nice, system, _idle, _wait, irq, softirq, steal = map(int, times)
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")


def own_seconds():
    """Returns how long this script and its children have worked."""
    uses = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(use.ru_utime + use.ru_stime for use in uses)


def processor():
    with contextlib.suppress(OSError):
        for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


# The words.


def milliseconds(seconds):
    if seconds < 0.001:
        return f"{1e6 * seconds:.1f} µs"
    return f"{1000 * seconds:.{1 if seconds >= 0.01 else 2}f} ms"


def times(peer):
    if peer is None:
        return "–"
    text = f"{peer['ratio']:.2f} ({peer['least']:.2f}–{peer['greatest']:.2f})"
    if peer["target"] is None:
        return text
    return text + f", ≥ {peer['target']} {'met' if peer['met'] else 'not met'}"


def table(rows):
    """Returns a table in Markdown that is also straight in a terminal."""
    names = [peer for peer in PEERS if any(peer in row for row in rows)]
    lines = [["workload", "ours", *names, *(f"× {peer}" for peer in names)]]
    for row in rows:
        peers = [row.get(peer) for peer in names]
        lines.append([
            row["name"], milliseconds(row["ours"]),
            *(milliseconds(p["seconds"]) if p else "–" for p in peers), *map(times, peers)])
    widths = [max(map(len, column)) for column in zip(*lines)]
    lines.insert(1, ["-" * width for width in widths])
    return "\n".join(
        "| " + " | ".join(entry.ljust(width) for entry, width in zip(line, widths)) + " |"
        for line in lines)


def notes(result):
    """Yields sentences on what the table holds for."""
    machine = result["machine"]
    yield (f"A step, median of {result['rounds']} rounds, {result['threads']} threads, Float32, "
           f"debug build as `swift build` makes it. {machine['processor']}, {machine['cores']} cores.")
    programs = {
        text for row in result["workloads"] for peer in PEERS.keys() & row.keys()
        for text in row[peer]["programs"]}
    yield "Peers: " + "; ".join(sorted(programs)) + "."
    yield f"The losses of the first steps fall, and agree to a part in {1 / TOLERANCE:,.0f}."
    if machine["isBusy"]:
        others = machine["otherPrograms"]
        during = "" if others is None else f", and others used {others:.2f} cores meanwhile"
        yield (f"THE MACHINE WAS BUSY: its load was {machine['load']:.2f} before{during}. Other "
               "programs slow PyTorch most. Take figures from a quiet machine only.")


class Parser(argparse.ArgumentParser):
    def error(self, message):
        give_up(64, f"{message}\n{self.format_usage().rstrip()}")


def count(text):
    number = int(text) if text.isdecimal() else 0
    if not 1 <= number <= 1_000_000:
        raise argparse.ArgumentTypeError(f"a number from 1 up is wanted, not {text}")
    return number


def parsed():
    parser = Parser(
        prog="scripts/compare", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(WORKLOADS))
    parser.add_argument("--rounds", type=count, default=5, help="5 unless said otherwise")
    parser.add_argument("--threads", type=count, default=2, help="2 unless said otherwise")
    parser.add_argument("--repeat", type=count, help="how many steps a program times")
    parser.add_argument("--json", action="store_true", help="write JSON instead of the table")
    options = parser.parse_args()
    for name in options.names:
        if name not in WORKLOADS:
            parser.error(f"There is no workload {name}; there are: {', '.join(WORKLOADS)}.")
    options.names = [name for name in WORKLOADS if not options.names or name in options.names]
    return options


def main():
    options = parsed()
    if sys.version_info < (3, 11):
        give_up(69, f"Python {platform.python_version()} is too old for NumPy 2.4: take 3.11 or later.")
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGHUP, stop)
    load = os.getloadavg()[0]
    python = install()
    runner = build()

    busy, own, start = busy_seconds(), own_seconds(), os.times().elapsed
    rows, problems = [], []
    for name in options.names:
        rounds = measure(name, runner, python, options)
        if problem := disagreement(name, rounds):
            problems.append(f"{name}: {problem}")
        rows.append(summary(name, rounds))
    others = None
    if busy is not None:
        used = busy_seconds() - busy - (own_seconds() - own)
        others = max(0, used / (os.times().elapsed - start))

    result = {
        "schema": "workbook-compare/1", "rounds": options.rounds, "threads": options.threads,
        "machine": {
            "processor": processor(), "cores": os.cpu_count(), "load": load,
            "otherPrograms": others, "isBusy": load > 0.3 or (others or 0) > 0.1},
        "workloads": rows}
    if options.json:
        print(json.dumps(result, indent=2, ensure_ascii=False))
    else:
        print(table(rows), "", *notes(result), sep="\n")
    if problems:
        give_up(1, "\n".join(problems))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        give_up(130, "\nInterrupted; nothing was left running.")
