"""The files of Tests/ParityTests/Fixtures, and what it means to agree.

Numbers are float64, and stand in the files with as many digits as bring back the same bits. What
several libraries compute must be the same to 1e-12 of a tensor's largest entry. Files that are made
anew must be the same to 1e-13: another version or another processor may add in another order, which
moves the last bits and nothing else.
"""

import argparse
import json
import pathlib
import sys
import textwrap

import numpy as np

FOLDER = pathlib.Path(__file__).resolve().parent.parent.parent / "Tests/ParityTests/Fixtures"
BETWEEN_PEERS = 1e-12
BETWEEN_MACHINES = 1e-13


def plain(value):
    """Returns a value as JSON has it; an array becomes its shape and its entries."""
    if isinstance(value, np.ndarray):
        return {"shape": list(value.shape), "values": value.flatten().tolist()}
    if isinstance(value, dict):
        return {key: plain(entry) for key, entry in value.items()}
    return [plain(entry) for entry in value] if isinstance(value, list) else value


def text_of(value, indent=""):
    """Returns JSON that a person can read: a matrix has its rows in lines, and long lists wrap."""
    deeper = indent + " "
    if isinstance(value, dict) and value.keys() == {"shape", "values"}:
        width, values = value["shape"][-1], value["values"]
        rows = [values[i : i + width] for i in range(0, len(values), width)]
        lines = ",\n".join(deeper + json.dumps(row, allow_nan=False)[1:-1] for row in rows)
        return f'{{"shape": {value["shape"]}, "values": [\n{lines}]}}'
    if isinstance(value, dict):
        lines = [f"{deeper}{json.dumps(key)}: {text_of(v, deeper)}" for key, v in value.items()]
        return "{\n" + ",\n".join(lines) + "\n" + indent + "}"
    if isinstance(value, list) and any(isinstance(entry, (dict, list)) for entry in value):
        lines = [deeper + text_of(entry, deeper) for entry in value]
        return "[\n" + ",\n".join(lines) + "\n" + indent + "]"
    line = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return textwrap.fill(line, 100, subsequent_indent=deeper) if isinstance(value, list) else line


def differences(a, b, tolerance, path=""):
    """Yields where two values differ: numbers by more than their largest times the tolerance."""
    numbers = [isinstance(v, list) and v and all(isinstance(e, float) for e in v) for v in (a, b)]
    if type(a) is not type(b):
        yield f"{path}: {type(a).__name__} and {type(b).__name__}"
    elif isinstance(a, dict):
        if a.keys() != b.keys():
            yield f"{path}: {list(a)} and {list(b)}"
        for key in a.keys() & b.keys():
            yield from differences(a[key], b[key], tolerance, f"{path}/{key}")
    elif isinstance(a, list) and len(a) != len(b):
        yield f"{path}: {len(a)} and {len(b)} entries"
    elif isinstance(a, float) or all(numbers):
        error = float(np.max(np.abs(np.subtract(a, b))))
        if not error <= tolerance * float(np.max(np.abs(b))):
            yield f"{path}: differs by {error:.1e}, of {float(np.max(np.abs(b))):.1e}"
    elif isinstance(a, list):
        for index, pair in enumerate(zip(a, b)):
            yield from differences(*pair, tolerance, f"{path}/{index}")
    elif a != b:
        yield f"{path}: {a!r} and {b!r}"


def committed(file):
    """Returns the cases of a file as they stand in the folder."""
    return json.loads((FOLDER / f"{file}.json").read_text(encoding="utf-8"))


def demand_agreement(name, **answers):
    """Ends where libraries say different things to a network. The first one is the measure."""
    (first, measure), *others = answers.items()
    for other, said in others:
        for found in differences(plain(said), plain(measure), BETWEEN_PEERS):
            sys.exit(f"{name}: {first} and {other} disagree: {found}")


def problems(file, cases):
    """Returns where a file in the folder differs from cases that were made anew."""
    try:
        return list(differences(committed(file), cases, BETWEEN_MACHINES))
    except (OSError, ValueError) as error:
        return [f": cannot be read: {error}"]


def run(description, files, is_own):
    """Makes all files of a script, or with --check compares them with those in the folder.

    files: for each name, a function that returns the cases.
    is_own: whether a file of some name is the script's affair, and so must be one that it makes.
    """
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--check", action="store_true", help="compare the fixtures, write nothing")
    arguments = parser.parse_args()
    np.seterr(divide="raise", over="raise", invalid="raise")
    # All before any is written: where libraries disagree, the folder stays as it is.
    cases = {file: plain(cases_of()) for file, cases_of in files.items()}
    if arguments.check:
        found = [f"{file}.json{problem}"
                 for file in files for problem in problems(file, cases[file])]
        found += [f"{path.name}: this script makes no such file"
                  for path in sorted(FOLDER.glob("*"))
                  if path.stem not in files and is_own(path.stem)]
        for problem in found:
            print(problem, file=sys.stderr)
        print(f"{len(files)} files, {len(found)} differences above {BETWEEN_MACHINES}")
        sys.exit(1 if found else 0)
    FOLDER.mkdir(parents=True, exist_ok=True)
    for file in files:
        text = text_of(cases[file]) + "\n"
        (FOLDER / f"{file}.json").write_text(text, encoding="utf-8")
        print(f"{file}.json: {len(cases[file])} cases, {len(text.encode()) // 1024} KB")
