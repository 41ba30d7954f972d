"""Tests of scripts/prepare-images; scripts/test-prepare-images runs them.

Each draws pictures, runs the script as a reader does, and looks at what it wrote and said.
"""

import io
import os
import pathlib
import pty
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import numpy as np
import pyarrow
import pyarrow.parquet
from PIL import Image

SCRIPT = pathlib.Path(__file__).resolve().parent.parent / "scripts/prepare-images.py"
FILES = ["images.npy", "labels.npy", "skipped.txt", "test.npy", "validation.npy"]


def drawn(mode, height=40, width=90, seed=0):
    """A picture of random pixels in some mode."""
    rng = np.random.default_rng(seed)
    if mode == "P":
        return drawn("RGB", height, width, seed).quantize(16)
    if mode == "I;16":
        return Image.fromarray(rng.integers(0, 1 << 16, (height, width), np.uint16))
    if mode == "1":
        return drawn("L", height, width, seed).convert("1")
    channels = len(Image.new(mode, (1, 1)).getbands())
    shape = (height, width) if channels == 1 else (height, width, channels)
    pixels = rng.integers(0, 256, shape, np.uint8)
    return Image.frombytes(mode, (width, height), pixels.tobytes())


def encoded(picture, format="PNG", **options):
    """The bytes of a picture's file."""
    file = io.BytesIO()
    picture.save(file, format, **options)
    return file.getvalue()


def shrunk(picture, size=64):
    """What Pillow itself makes of a picture in red, green and blue."""
    return np.asarray(picture.resize((size, size), Image.Resampling.BICUBIC))


def on_white(picture):
    """A picture with transparency, laid on white as the textbook says: α c + (1 − α) 255."""
    rgba = np.asarray(picture.convert("RGBA")).astype(float)
    alpha = rgba[:, :, 3:] / 255
    return Image.fromarray(np.round(alpha * rgba[:, :, :3] + (1 - alpha) * 255).astype(np.uint8))


class PrepareImages(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="my photos ")
        self.addCleanup(folder.cleanup)
        self.top = pathlib.Path(folder.name)
        self.output = self.top / "prepared-photographs"

    def put(self, **files):
        """Writes files; in their names __ stands for a slash, and a last _png for .png."""
        for name, data in files.items():
            stem, ending = name.rsplit("_", 1)
            path = self.top / (stem.replace("__", "/") + "." + ending)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)

    def put_pets(self):
        """One picture of each kind for training."""
        cat, dog = encoded(drawn("RGB")), encoded(drawn("RGB", seed=1))
        self.put(train__cat__1_png=cat, train__dog__1_png=dog)

    def run_script(self, *arguments):
        command = [sys.executable, SCRIPT, self.top, *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=120)

    def prepare(self, *arguments):
        """Runs the script, which is to succeed, and returns the arrays."""
        done = self.run_script(*arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.said = done.stderr
        self.assertNotIn("\x1b", done.stderr)
        self.assertEqual(sorted(p.name for p in self.output.iterdir()), FILES)
        return [np.load(self.output / f"{name}.npy") for name in ("images", "labels", "test")]

    def assert_refused(self, code, words, *arguments):
        done = self.run_script(*arguments)
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertIn(words, done.stderr)
        self.assertNotIn("Traceback", done.stderr)
        return done

    # Layouts

    def test_folders_of_training_and_test_are_read(self):
        self.put(
            train__cat__1_png=encoded(drawn("RGB", seed=1)),
            train__dog__1_png=encoded(drawn("RGB", seed=2)),
            test__cat__1_png=encoded(drawn("RGB", seed=3)),
            test__dog__1_png=encoded(drawn("RGB", seed=4)),
        )
        images, labels, test = self.prepare()
        self.assertEqual((images.shape, images.dtype), ((4, 64, 64, 3), np.uint8))
        self.assertEqual((labels.tolist(), test.tolist()), ([0, 1, 0, 1], [0, 0, 1, 1]))
        for image, seed in zip(images, (1, 2, 3, 4)):
            np.testing.assert_array_equal(image, shrunk(drawn("RGB", seed=seed)))

    def test_folders_of_validation_are_read(self):
        for name in ("validation", "val", "Valid"):
            with self.subTest(name):
                self.setUp()
                picture = encoded(drawn("RGB"))
                names = ["train__cat", "train__dog", f"{name}__cats", f"{name}__dog", "test__cat"]
                self.put(**{f"{place}__1_png": picture for place in names})
                _, labels, test = self.prepare()
                validation = np.load(self.output / "validation.npy")
                self.assertEqual(labels.tolist(), [0, 1, 0, 1, 0])
                self.assertEqual(validation.tolist(), [0, 0, 1, 1, 0])
                self.assertEqual(test.tolist(), [0, 0, 0, 0, 1])
                self.assertIn("validation: 1 cats, 1 dogs", self.said)

    def test_without_validation_nothing_is_of_it(self):
        self.put_pets()
        self.prepare()
        self.assertEqual(np.load(self.output / "validation.npy").tolist(), [0, 0])

    def test_the_names_of_parquet_files_tell_their_part(self):
        picture = {"bytes": encoded(drawn("RGB")), "path": None}
        for name in ("train-00000", "validation-00000", "test-00000"):
            table = pyarrow.table({"image": [picture] * 2, "labels": [0, 1]})
            pyarrow.parquet.write_table(table, self.top / f"{name}.parquet")
        _, labels, test = self.prepare()
        self.assertEqual(test.tolist(), [1, 1, 0, 0, 0, 0])
        self.assertEqual(np.load(self.output / "validation.npy").tolist(), [0, 0, 0, 0, 1, 1])

    def test_what_an_older_version_prepared_is_replaced(self):
        self.put_pets()
        self.prepare()
        (self.output / "validation.npy").unlink()
        self.prepare()

    def test_plural_names_and_capitals_are_read(self):
        picture = encoded(drawn("RGB"), "JPEG")
        self.put(Train__Cats__1_JPG=picture, TRAIN__DOGS__1_jpeg=picture, Test__Dogs__1_jpg=picture)
        _, labels, test = self.prepare()
        self.assertEqual((sorted(labels), sorted(test)), ([0, 1, 1], [0, 0, 1]))

    def test_kaggles_flat_layout_is_read_and_its_test_folder_left_out(self):
        picture = encoded(drawn("RGB"), "JPEG")
        names = ["train__cat.0", "train__cat.1", "train__dog.0", "test1__1", "test1__2"]
        self.put(**{f"{name}_jpg": picture for name in names})
        _, labels, test = self.prepare()
        self.assertEqual((labels.tolist(), test.tolist()), ([0, 0, 1], [0, 0, 0]))
        self.assertIn("which of its 2 pictures are cats; it is left out", self.said)

    def test_folders_without_train_are_for_training(self):
        picture = encoded(drawn("RGB"))
        self.put(cat__1_png=picture, Dog__2_png=picture)
        _, labels, test = self.prepare()
        self.assertEqual((labels.tolist(), test.tolist()), ([0, 1], [0, 0]))

    def test_parquet_files_are_read(self):
        pictures = [encoded(drawn("RGB", seed=seed)) for seed in range(70)]
        pictures[3] = b"no picture"
        column = [{"bytes": data, "path": None} for data in pictures]
        table = pyarrow.table({"image": column, "labels": [seed % 2 for seed in range(70)]})
        pyarrow.parquet.write_table(table, self.top / "train-00000-of-00001.parquet")
        images, labels, test = self.prepare()
        kept = [seed for seed in range(70) if seed != 3]
        self.assertEqual(labels.tolist(), [seed % 2 for seed in kept])
        self.assertEqual(test.tolist(), [0] * 69)
        for image, seed in zip(images, kept):
            np.testing.assert_array_equal(image, shrunk(drawn("RGB", seed=seed)))
        self.assertIn("row 3: it is no JPEG or PNG file", self.said)

    def test_another_parquet_file_is_refused(self):
        table = pyarrow.table({"text": ["cat"]})
        pyarrow.parquet.write_table(table, self.top / "train.parquet")
        self.assert_refused(65, "no parquet file with the columns image and labels")

    # Pictures

    def test_every_mode_becomes_red_green_and_blue(self):
        self.put_pets()
        modes = {"L": "PNG", "1": "PNG", "RGB": "PNG", "P": "PNG", "CMYK": "JPEG"}
        for mode, format in modes.items():
            data = encoded(drawn(mode), format)
            self.put(**{f"train__cat__1_{format.lower()}": data})
            image = self.prepare()[0][0]
            decoded = Image.open(io.BytesIO(data)).convert("RGB")
            np.testing.assert_array_equal(image, shrunk(decoded), mode)
            for path in (self.top / "train/cat").iterdir():
                path.unlink()

    def test_grey_of_sixteen_bits_keeps_the_upper_eight(self):
        self.put_pets()
        picture = drawn("I;16")
        self.put(train__cat__1_png=encoded(picture))
        grey = Image.fromarray((np.asarray(picture) >> 8).astype(np.uint8)).convert("RGB")
        np.testing.assert_array_equal(self.prepare()[0][0], shrunk(grey))

    def test_transparency_is_laid_on_white(self):
        self.put_pets()
        palette = drawn("P")
        pictures = [encoded(drawn("RGBA")), encoded(drawn("LA")), encoded(palette, transparency=3)]
        for data in pictures:
            self.put(train__cat__1_png=data)
            wanted = shrunk(on_white(Image.open(io.BytesIO(data)))).astype(int)
            # Pillow rounds a blend in whole numbers, which may be one off.
            self.assertLessEqual(np.abs(self.prepare()[0][0] - wanted).max(), 1)

    def test_what_is_all_transparent_is_white(self):
        self.put_pets()
        self.put(train__cat__1_png=encoded(Image.new("RGBA", (9, 9), (10, 20, 30, 0))))
        self.assertEqual(self.prepare()[0][0].min(), 255)

    def test_a_picture_is_turned_as_its_camera_says(self):
        self.put_pets()
        exif = Image.Exif()
        exif[0x0112] = 6  # to be turned by a quarter, clockwise
        data = encoded(drawn("RGB"), "JPEG", exif=exif)
        self.put(train__cat__0_jpg=data)
        turned = Image.open(io.BytesIO(data)).convert("RGB").transpose(Image.Transpose.ROTATE_270)
        np.testing.assert_array_equal(self.prepare()[0][0], shrunk(turned))

    def test_the_size_is_the_readers(self):
        self.put_pets()
        self.assertEqual(self.prepare("--size", "7")[0].shape, (2, 7, 7, 3))

    def test_a_single_pixel_and_a_wide_strip_are_pictures(self):
        self.put_pets()
        self.put(
            train__cat__1_png=encoded(Image.new("RGB", (1, 1), "red")),
            train__dog__1_png=encoded(drawn("RGB", 1, 5000)),
        )
        images = self.prepare()[0]
        self.assertTrue((images[0] == [255, 0, 0]).all())

    # What is damaged

    def test_damaged_files_are_skipped_and_listed(self):
        self.put_pets()
        jpeg, png = encoded(drawn("RGB"), "JPEG"), encoded(drawn("RGB"))
        self.put(
            train__cat__empty_jpg=b"",
            train__cat__cut_jpg=jpeg[: len(jpeg) // 2],
            train__cat__cut_png=png[: len(png) // 2],
            train__dog__text_jpg=b"this is no picture",
            train__dog__gif_png=encoded(drawn("P"), "GIF"),
            train__dog__head_png=png[:20],
        )
        (self.top / "train/dog/note.txt").write_text("not looked at")
        images, labels, _ = self.prepare()
        self.assertEqual((len(images), labels.tolist()), (2, [0, 1]))
        lines = (self.output / "skipped.txt").read_text().splitlines()
        self.assertEqual(len(lines), 6)
        self.assertIn(f"{os.path.join('train', 'cat', 'empty.jpg')}: it is empty", lines)
        self.assertTrue(all(": " in line and line.split(": ", 1)[1] for line in lines))
        self.assertIn("6 files were skipped", self.said)

    def test_a_file_that_may_not_be_read_is_skipped(self):
        self.put_pets()
        (self.top / "train/cat/9.jpg").symlink_to(self.top / "nowhere.jpg")
        self.assertEqual(len(self.prepare()[0]), 2)
        self.assertIn("9.jpg: ", (self.output / "skipped.txt").read_text())

    def test_nothing_left_is_refused_and_writes_nothing(self):
        self.put(train__cat__1_jpg=b"", train__dog__1_jpg=b"")
        self.assert_refused(65, "none of its 2 pictures can be read")
        self.assertEqual([p.name for p in self.top.iterdir()], ["train"])

    # What the reader may get wrong

    def test_wrong_usage_folders_and_outputs_have_sentences(self):
        self.assert_refused(65, "there are no pictures of cats and dogs")
        self.put_pets()
        self.assert_refused(64, "--size takes a number", "--size", "0")
        self.assert_refused(64, "invalid int value", "--size", "x")
        self.assert_refused(73, "it holds other files", "--output", self.top)
        self.assert_refused(73, "it cannot be written", "--output", "/dev/null/photos")
        self.top = self.top / "nowhere"
        self.assert_refused(66, "there is no such folder")

    def test_preparing_again_takes_the_place_of_what_was_there(self):
        self.put_pets()
        self.prepare()
        self.put(train__cat__2_png=encoded(drawn("L")))
        self.assertEqual(len(self.prepare()[0]), 3)
        self.assertEqual(sorted(p.name for p in self.top.iterdir()), [self.output.name, "train"])

    def test_an_interruption_leaves_nothing_half_written(self):
        picture = encoded(drawn("RGB", 400, 400))
        for number in range(150):
            self.put(**{f"train__cat__{number}_png": picture, f"train__dog__{number}_png": picture})
        for sent in (signal.SIGINT, signal.SIGTERM):
            command = [sys.executable, SCRIPT, self.top]
            # A child in the background inherits that SIGINT is ignored.
            running = subprocess.Popen(
                command, stderr=subprocess.PIPE, text=True,
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
            following = self.top / ".prepared-photographs.next/images.npy"
            while running.poll() is None and not following.exists():
                time.sleep(0.01)
            running.send_signal(sent)
            _, said = running.communicate(timeout=60)
            self.assertEqual(running.returncode, 130, said)
            self.assertIn("Interrupted; nothing was written.", said)
            self.assertNotIn("Traceback", said)
            self.assertEqual([p.name for p in self.top.iterdir()], ["train"])

    def test_progress_is_shown_on_a_terminal_only(self):
        self.put_pets()
        terminal, child = pty.openpty()
        subprocess.run([sys.executable, SCRIPT, self.top], stderr=child, check=True)
        os.close(child)
        self.assertIn(b"2 of 2 pictures", os.read(terminal, 65536))
        os.close(terminal)
        self.prepare()
        self.assertNotIn("of 2 pictures", self.said)

    def test_memory_does_not_grow_with_the_pictures(self):
        picture = encoded(drawn("L", 8, 8))
        self.put(**{f"train__{pet}__{i}_png": picture for pet in ("cat", "dog") for i in range(100)})
        code = (
            "import resource, runpy, sys; sys.argv = sys.argv[1:]\n"
            "try: runpy.run_path(sys.argv[0], run_name='__main__')\n"
            "finally: print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
        )

        def peak(*arguments):
            command = [sys.executable, "-c", code, SCRIPT, self.top, *arguments]
            said = subprocess.run(command, capture_output=True, text=True, check=True)
            unit = 1 if sys.platform == "darwin" else 1024
            return int(said.stdout) * unit

        # 200 pictures of 512 × 512 × 3 bytes are 157 MB on disk.
        self.assertLess(peak("--size", "512") - peak("--size", "8"), 20e6)


if __name__ == "__main__":
    unittest.main()
