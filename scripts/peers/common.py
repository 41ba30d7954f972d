"""What every peer does around its steps: reads the inputs, counts and times, and says what it found.

A peer is a program of its own, which scripts/compare starts:

    python scripts/peers/numpy_cnn.py FOLDER NAME --repeat 100 --threads 2

FOLDER/NAME holds the inputs as `chapter-runner bench NAME --export FOLDER` writes them. Convention of
the losses: cross-entropy is the mean over the examples of −log of the probability given to the truth;
the squared error is ‖Z − Y‖² / 2n over n examples, half of what others call the mean squared error.
"""

import argparse
import json
import pathlib
import statistics
import time


def arguments():
    """Returns the command line. It is read before NumPy starts, whose threads it does not set."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("name")
    parser.add_argument("--repeat", type=int, required=True)
    parser.add_argument("--threads", type=int, required=True)
    return parser.parse_args()


def inputs(options):
    """Returns the arrays by name: pixels as numbers from 0 to 1, labels as a column of 0 and 1."""
    import numpy as np

    folder = options.folder / options.name
    arrays = {path.stem: np.load(path) for path in folder.glob("*.npy")}
    arrays["x"] = np.multiply(arrays["x"], np.float32(1 / 255), dtype=np.float32)
    arrays["y"] = arrays["y"].astype(np.float32).reshape(-1, 1)
    arrays["rate"] = float(arrays["rate"])
    return arrays


def seconds(step, count):
    """Returns how long each of some steps takes."""
    taken = []
    for _ in range(count):
        start = time.perf_counter()
        step()
        taken.append(time.perf_counter() - start)
    return taken


def report(options, program, step):
    """Takes a few steps to warm up, whose losses are kept, times the others, and prints both."""
    losses = [float(step()) for _ in range(5)]
    write(options, program, losses, seconds(step, options.repeat))


def report_many(options, program, steps, count):
    """Does the same for a program that takes `count` steps in one call and returns all their losses.

    The time of a step is that of a call divided by its steps, so no step pays for the call.
    """
    losses = [float(loss) for loss in steps()[:5]]
    taken = seconds(steps, max(3, options.repeat // count))
    write(options, program, losses, [time / count for time in taken])


def write(options, program, losses, taken):
    timing = {
        "name": options.name, "steps": options.repeat, "losses": losses,
        "secondsPerStep": {"median": statistics.median(taken), "minimum": min(taken)}}
    print(json.dumps({
        "schema": "workbook-bench/1", "program": program, "precision": "float32",
        "threads": options.threads, "workloads": [timing]}))
