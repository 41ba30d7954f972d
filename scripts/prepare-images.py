"""Prepares photographs of cats and dogs for the chapters: one array of bytes from a folder of files.

    scripts/prepare-images DIR [--output FOLDER] [--size 64]

DIR holds one of these, in any case of letters, "cat" or "cats", "dog" or "dogs":

    train/cat/…  train/dog/…  test/cat/…  test/dog/…    the test folders may be missing; there may be
                                                        validation or val beside them
    cat/…  dog/…                                        all for training
    train/cat.0.jpg  train/dog.0.jpg …                  as Kaggle's Dogs vs. Cats unpacks
    *.parquet                                           as microsoft/cats_vs_dogs: image, labels

What it writes into FOLDER, by default DIR/prepared-photographs:

    images.npy      [n, size, size, 3], bytes: red, green, blue
    labels.npy      [n], 0 for a cat, 1 for a dog
    test.npy        [n], 1 for what was in a test folder, 0 for all else
    validation.npy  the same for a validation folder
    skipped.txt     a line for each file that could not be read, with the reason

Every picture is turned the way its camera says (EXIF), laid on white where it is transparent, made
red, green and blue, and brought to size × size pixels by Pillow's bicubic filter, which averages
where it shrinks. The proportions of the picture are not kept.

No more than a picture is held in memory at a time. FOLDER is written whole or not at all. Exit codes:
0 done, 64 wrong usage, 65 no picture can be used, 66 no such folder, 69 a Python package is missing,
73 FOLDER cannot be written, 130 interrupted.
"""

import argparse
import io
import os
import pathlib
import re
import shlex
import shutil
import signal
import sys
import warnings

PACKAGE = pathlib.Path(__file__).resolve().parent.parent
VENV = PACKAGE / ".build-images"


def give_up(code, sentence):
    """Ends with a sentence and an exit code."""
    print(sentence, file=sys.stderr)
    sys.exit(code)


def require(*modules):
    """Imports modules, if need be with the Python of .build-images, or says what to type."""
    try:
        return [__import__(module, fromlist=["_"]) for module in modules]
    except ImportError as error:
        python = VENV / "bin/python"
        if python.exists() and pathlib.Path(sys.prefix).resolve() != VENV.resolve():
            os.execv(python, [str(python), *sys.argv])
        pip = shlex.quote(str(VENV / "bin/pip"))
        wanted = "-r " + shlex.quote(str(PACKAGE / "scripts/requirements-images.txt"))
        if error.name == "pyarrow":
            wanted += " pyarrow"
        give_up(
            69,
            f"The Python package {error.name} is missing. To install what is needed, type: "
            f"python3 -m venv {shlex.quote(str(VENV))} && {pip} install {wanted}",
        )


if __name__ == "__main__" and not {"-h", "--help"} & set(sys.argv):
    np, Image, ImageOps, npy_format = require(
        "numpy", "PIL.Image", "PIL.ImageOps", "numpy.lib.format"
    )

# A file that is damaged in a place that is not needed is good enough.
warnings.simplefilter("ignore")

# The part of the data that a folder is, by its name in small letters.
PARTS = {
    "train": "training", "test": "test", "test1": "test", "validation": "validation",
    "val": "validation", "valid": "validation"}
CLASSES = {"cat": 0, "cats": 0, "dog": 1, "dogs": 1}
ENDINGS = {".jpg", ".jpeg", ".png"}


# What there is to read.


class Source:
    """A picture that is wanted: where it stands, its class, and which part it is of."""

    def __init__(self, name, label, part, read):
        self.name, self.label, self.part, self.read = name, label, part, read


def folders(place, names):
    """The folders in a place whose names are among some, in any case of letters."""
    found = [f for f in place.iterdir() if f.is_dir() and f.name.lower() in names]
    return sorted(found, key=lambda folder: folder.name.lower())


def is_picture(path):
    """Whether a file's name says that it is a picture, and not a note of the system's."""
    return path.suffix.lower() in ENDINGS and not path.name.startswith(".")


def labelled(place, top, part):
    """The pictures in the cat and dog folders of a place, and those called cat.0.jpg, dog.0.jpg, …"""
    found = []
    for folder in folders(place, CLASSES):
        for path in sorted(folder.rglob("*")):
            if is_picture(path):
                found.append((path, CLASSES[folder.name.lower()]))
    for path in sorted(place.iterdir()):
        match = re.match(r"(cat|dog)s?[._-]?\d", path.name.lower())
        if match and is_picture(path):
            found.append((path, CLASSES[match[1]]))
    return [Source(str(p.relative_to(top)), label, part, p.read_bytes) for p, label in found]


def sources_of(top):
    """All pictures below a folder, first those for training."""
    def places(part):
        return folders(top, {name for name, of in PARTS.items() if of == part})

    found = []
    for folder in places("training"):
        found += labelled(folder, top, "training")
    found += labelled(top, top, "training")
    for part in ("validation", "test"):
        for folder in places(part):
            some = labelled(folder, top, part)
            count = sum(is_picture(path) for path in folder.iterdir())
            if count and not some:
                say(f"{folder}: nothing says which of its {count} pictures are cats; it is left out.")
            found += some
    return found


def parquet_sources(top):
    """All pictures in parquet files, read a few rows at a time."""
    files = sorted(top.rglob("*.parquet"))
    if not files:
        return []
    (parquet,) = require("pyarrow.parquet")
    found = []
    for path in files:
        part = PARTS.get(re.split("[^a-z0-9]", path.name.lower())[0], "training")
        try:
            file = parquet.ParquetFile(path)
            labels = file.read(columns=["labels"]).column("labels").to_pylist()
            file.schema_arrow.field("image")
        except Exception as error:
            wanted = "no parquet file with the columns image and labels"
            give_up(65, f"{path}: it is {wanted} ({words_of(error)})")
        rows = Rows(file)
        for row, label in enumerate(labels):
            if label in (0, 1):
                name = f"{path.relative_to(top)}, row {row}"
                found.append(Source(name, label, part, lambda row=row, rows=rows: rows[row]))
    return found


class Rows:
    """The pictures of a parquet file, asked for in order; only one batch is held."""

    SIZE = 64

    def __init__(self, file):
        self.file, self.first, self.batch, self.batches = file, 0, [], None

    def __getitem__(self, row):
        if self.batches is None or row < self.first:
            self.batches = self.file.iter_batches(self.SIZE, columns=["image"])
            self.first, self.batch = 0, []
        while row >= self.first + len(self.batch):
            self.first += len(self.batch)
            self.batch = next(self.batches).column("image")
        image = self.batch[row - self.first].as_py()
        if not image or not image.get("bytes"):
            raise ValueError("it holds no picture")
        return image["bytes"]


# A picture.


def pixels(data, size):
    """Returns a picture as [size, size, 3] bytes."""
    if not data:
        raise ValueError("it is empty")
    with Image.open(io.BytesIO(data), formats=["JPEG", "PNG"]) as picture:
        picture.load()
        picture = ImageOps.exif_transpose(picture)
        return np.asarray(on_white(picture).resize((size, size), Image.Resampling.BICUBIC))


def on_white(picture):
    """Returns a picture in red, green and blue, laid on white where it is transparent."""
    if picture.mode.startswith("I"):  # grey of 16 bits: the upper eight are what a byte holds
        sixteen = np.asarray(picture).astype(np.int64)
        picture = Image.fromarray((sixteen >> 8).clip(0, 255).astype(np.uint8))
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        white = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(white, picture)
    return picture.convert("RGB")


def words_of(error):
    """What an error says, in one line without control characters."""
    text = str(error) or type(error).__name__
    if text.startswith("cannot identify image file"):
        text = "it is no JPEG or PNG file"
    return "".join(c if c.isprintable() else " " for c in text)


# What is written.


def say(sentence):
    """Tells the reader something."""
    clear = "\r\x1b[2K" if sys.stderr.isatty() else ""
    print(clear + sentence, file=sys.stderr)


def progress(done, count):
    """Says how far the work has come, where somebody can see it."""
    if sys.stderr.isatty() and (done % 50 == 0 or done == count):
        end = "\n" if done == count else ""
        print(f"\r\x1b[2K{done} of {count} pictures", end=end, file=sys.stderr, flush=True)


def fill(sources, size, folder):
    """Writes the arrays of all pictures that can be read, and the list of the others."""
    kept, skipped = [], []
    with open(folder / "images.npy", "wb") as file:
        write_header(file, len(sources), size)
        start = file.tell()
        for number, source in enumerate(sources, 1):
            try:
                picture = pixels(source.read(), size)
            except Exception as error:
                skipped.append(f"{source.name}: {words_of(error)}")
            else:
                file.write(picture.tobytes())
                kept.append(source)
            progress(number, len(sources))
        file.seek(0)
        write_header(file, len(kept), size)
        assert file.tell() == start, "this NumPy leaves no room in a header for another count"
    np.save(folder / "labels.npy", np.array([s.label for s in kept], np.uint8))
    for part in ("test", "validation"):
        np.save(folder / f"{part}.npy", np.array([s.part == part for s in kept], np.uint8))
    (folder / "skipped.txt").write_text("".join(line + "\n" for line in skipped), "utf-8")
    return kept, skipped


def write_header(file, count, size):
    """Writes how a .npy file of so many pictures begins; its length is the same for every count."""
    header = {"descr": "|u1", "fortran_order": False, "shape": (count, size, size, 3)}
    npy_format.write_array_header_1_0(file, header)


def is_ours(folder):
    """Whether a folder holds what this script writes, and nothing else."""
    names = {"images.npy", "labels.npy", "test.npy", "validation.npy", "skipped.txt"}
    return folder.is_dir() and {p.name for p in folder.iterdir()} <= names


def put_in_place(following, output):
    """Moves a folder to its place, and what was there out of the way."""
    previous = output.parent / f".{output.name}.previous"
    shutil.rmtree(previous, ignore_errors=True)
    try:
        if output.exists():
            output.rename(previous)
        following.rename(output)
    except BaseException:
        if previous.exists():
            previous.rename(output)
        raise
    shutil.rmtree(previous, ignore_errors=True)


def summary(kept, skipped, output):
    """Says what was made of what."""
    for part in ("training", "validation", "test"):
        cats = sum(s.part == part and s.label == 0 for s in kept)
        dogs = sum(s.part == part and s.label == 1 for s in kept)
        if cats or dogs:
            say(f"{part}: {cats} cats, {dogs} dogs")
    for line in skipped[:10]:
        say(f"skipped {line}")
    if len(skipped) > 10:
        say(f"… and {len(skipped) - 10} more")
    if skipped:
        say(f"{len(skipped)} files were skipped; {output / 'skipped.txt'} lists them.")
    say(f"{output}: {len(kept)} photographs")


class Parser(argparse.ArgumentParser):
    def error(self, message):
        give_up(64, f"{message}. Usage: scripts/prepare-images DIR [--output FOLDER] [--size 64]")


def arguments():
    parser = Parser(
        prog="scripts/prepare-images", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", metavar="DIR", type=pathlib.Path)
    parser.add_argument("--output", metavar="FOLDER", type=pathlib.Path)
    parser.add_argument("--size", type=int, default=64, help="pixels on each side, 64 unless said")
    chosen = parser.parse_args()
    if not 1 <= chosen.size <= 1024:
        parser.error(f"--size takes a number from 1 to 1024, not {chosen.size}")
    return chosen


def main():
    chosen = arguments()
    top = chosen.folder
    output = pathlib.Path(os.path.abspath(chosen.output or top / "prepared-photographs"))
    if not top.is_dir():
        give_up(66, f"{top}: there is no such folder")
    if output.exists() and not is_ours(output):
        give_up(73, f"{output}: it holds other files; name an empty folder with --output")
    sources = sources_of(top) or parquet_sources(top)
    if not sources:
        give_up(
            65,
            f"{top}: there are no pictures of cats and dogs. They are looked for in train/cat and "
            "train/dog, in cat and dog, as train/cat.0.jpg and train/dog.0.jpg, and in *.parquet",
        )

    following = output.parent / f".{output.name}.next"
    try:
        shutil.rmtree(following, ignore_errors=True)
        following.mkdir(parents=True)
        kept, skipped = fill(sources, chosen.size, following)
        if not kept:
            for line in skipped[:10]:
                say(f"skipped {line}")
            give_up(65, f"{top}: none of its {len(skipped)} pictures can be read")
        put_in_place(following, output)
    except OSError as error:
        give_up(73, f"{output}: it cannot be written ({words_of(error.strerror or error)})")
    finally:
        shutil.rmtree(following, ignore_errors=True)
    summary(kept, skipped, output)


def interrupted(*_):
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, interrupted)
    try:
        main()
    except KeyboardInterrupt:
        give_up(130, "\nInterrupted; nothing was written.")
