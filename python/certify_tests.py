"""Tests of certify.py; scripts/test-certify-python runs them. Those with PyTorch need PyTorch."""

import json
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import unittest

import numpy as np

import certify

try:
    import torch
except ImportError:
    torch = None
try:
    import safetensors.numpy
except ImportError:
    safetensors = None

HERE = pathlib.Path(__file__).resolve().parent
EXAMPLES = ["rows", "columns", "classes", "functions", "convolution"]


def read(path):
    """Returns the arrays and the description of a file."""
    path = pathlib.Path(path)
    if path.suffix == ".npz":
        with np.load(path, allow_pickle=False) as file:
            arrays = dict(file)
        return arrays, json.loads(arrays.pop("description").tobytes().decode("utf-8"))
    data = path.read_bytes()
    length, = struct.unpack("<Q", data[:8])
    header = json.loads(data[8:8 + length])
    description = json.loads(header.pop("__metadata__")["description"])
    kinds = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2", "I64": "<i8", "BOOL": "?"}
    arrays, body = {}, data[8 + length:]
    for name, entry in header.items():
        first, end = entry["data_offsets"]
        array = np.frombuffer(body[first:end], kinds[entry["dtype"]]).reshape(entry["shape"])
        if entry["dtype"] == "BF16":
            array = (array.astype(np.uint32) << 16).view(np.float32)
        arrays[name] = array
    return arrays, description


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        rng = np.random.default_rng(1)
        self.x, self.y = rng.normal(size=(7, 4)), np.array([0, 1, 2, 2, 1, 0, 0])
        self.W1, self.b1 = rng.normal(size=(4, 5)), rng.normal(size=5)
        self.W2, self.b2 = rng.normal(size=(5, 3)), rng.normal(size=3)
        self.grads = [rng.normal(size=a.shape) for a in (self.W1, self.b1, self.W2, self.b2)]
        self.call = dict(
            x=self.x, y=self.y, loss="cross-entropy", value=1.25,
            layers=[("linear", self.W1, self.b1), "relu", ("linear", self.W2, self.b2)],
            grads=self.grads)

    def saved(self, name="mine.npz", **changes):
        """Saves the call with changes, and returns what the file holds."""
        path = self.folder / name
        certify.save(path, **{**self.call, **changes})
        return read(path)

    def refused(self, *words, name="mine.npz", **changes):
        """Asserts that a changed call is refused in a sentence with some words, and writes nothing."""
        before = os.listdir(self.folder)
        with self.assertRaises(ValueError) as caught:
            self.saved(name, **changes)
        for word in words:
            self.assertIn(word, str(caught.exception))
        self.assertEqual(os.listdir(self.folder), before)


class RoundTrips(Case):
    def test_what_is_saved_is_read(self):
        for name in ("mine.npz", "mine.safetensors"):
            arrays, description = self.saved(name)
            self.assertEqual(description, {
                "layers": ["linear", "relu", "linear"], "loss": "cross-entropy", "reduction": "mean"})
            wanted = {
                "x": self.x, "y": self.y, "loss": np.array(1.25), "0.weight": self.W1, "0.bias": self.b1,
                "2.weight": self.W2, "2.bias": self.b2, "0.weight.grad": self.grads[0],
                "0.bias.grad": self.grads[1], "2.weight.grad": self.grads[2], "2.bias.grad": self.grads[3]}
            self.assertEqual(set(arrays), set(wanted))
            for key, array in wanted.items():
                self.assertEqual(arrays[key].shape, array.shape, key)
                np.testing.assert_array_equal(arrays[key], array)

    def test_types_and_orders_stay(self):
        for kind in (np.float16, np.float32, np.float64, ">f4", ">f8"):
            x = np.asfortranarray(self.x.astype(kind))
            arrays, _ = self.saved(x=x)
            self.assertEqual(arrays["x"].dtype, np.dtype(kind))
            np.testing.assert_array_equal(arrays["x"], x)
            arrays, _ = self.saved("mine.safetensors", x=x)
            self.assertEqual(arrays["x"].dtype, np.dtype(kind).newbyteorder("<"))
            np.testing.assert_array_equal(arrays["x"], x)

    def test_whole_numbers_stay_in_y_and_become_float64_elsewhere(self):
        arrays, _ = self.saved(x=[[1, 2, 3, 4]] * 7, y=self.y.astype(np.uint8))
        self.assertEqual(arrays["x"].dtype, np.float64)
        self.assertEqual(arrays["x"][0].tolist(), [1, 2, 3, 4])
        self.assertEqual(arrays["y"].dtype, np.uint8)
        self.refused("too large", x=np.full((7, 4), 2 ** 53 + 1))

    def test_every_layer_and_its_settings(self):
        K, mask = np.ones((2, 1, 3, 3)), np.ones((7, 2, 4, 4))
        gamma, beta = np.ones(2), np.zeros(2)
        arrays, description = self.saved(
            x=np.ones((7, 1, 8, 8)), grads=[None] * 6, images="NCHW", kernels="out,in,height,width",
            layout="in,out", examples="rows", precision="float16",
            l2={"lambda": 0.5, "factor": 0.5}, x_grad=np.zeros((7, 1, 8, 8)), layers=[
                ("conv2d", K, np.zeros(2), {"stride": 2, "padding": (1, 1)}),
                ("batch norm", gamma, beta, {"epsilon": 1e-3}), ("leaky relu", 0.01),
                ("dropout", mask), ("maxpool2d", 2), ("maxpool2d", {"size": (2, 1), "padding": 0}),
                "flatten", "tanh", "sigmoid", "identity", ("linear", np.ones((4, 3)), np.zeros(3)),
                "softmax"])
        self.assertEqual(description["layers"], [
            {"kind": "conv2d", "stride": 2, "padding": 1}, {"kind": "batch norm", "epsilon": 1e-3},
            {"kind": "leaky relu", "slope": 0.01}, "dropout",
            {"kind": "maxpool2d", "size": 2, "stride": 2, "padding": 0},
            {"kind": "maxpool2d", "size": [2, 1], "stride": [2, 1], "padding": 0},
            "flatten", "tanh", "sigmoid", "identity", "linear", "softmax"])
        self.assertEqual(description["l2"], {"lambda": 0.5, "factor": 0.5})
        self.assertEqual(description["precision"], "float16")
        self.assertEqual(
            set(arrays), {
                "x", "y", "loss", "x.grad", "0.weight", "0.bias", "1.weight", "1.bias", "3.mask",
                "10.weight", "10.bias"})

    def test_gradients_by_name(self):
        arrays, _ = self.saved(grads={"2.weight": self.grads[2]})
        self.assertEqual([name for name in arrays if name.endswith(".grad")], ["2.weight.grad"])
        self.refused("'1.weight'", "0.weight [4, 5]", grads={"1.weight": self.grads[2]})

    def test_a_wrong_gradient_is_saved_for_the_tool_to_tell(self):
        wrong = [self.grads[0].T, np.full((7, 5), np.nan), self.grads[2], self.grads[3].reshape(1, 3)]
        arrays, _ = self.saved(grads=wrong)
        self.assertEqual(arrays["0.weight.grad"].shape, (5, 4))
        self.assertTrue(np.isnan(arrays["0.bias.grad"]).all())
        self.assertEqual(arrays["2.bias.grad"].shape, (1, 3))

    def test_the_same_call_gives_the_same_bytes(self):
        for name in ("mine.npz", "mine.safetensors"):
            self.saved(name)
            first = (self.folder / name).read_bytes()
            self.saved(name)
            self.assertEqual((self.folder / name).read_bytes(), first)

    def test_a_failed_write_leaves_what_was_there(self):
        self.saved()
        before = (self.folder / "mine.npz").read_bytes()
        original = np.savez

        def broken(file, **arrays):
            file.write(b"half")
            raise OSError("No space left on device")

        np.savez = broken
        try:
            with self.assertRaises(OSError):
                self.saved(value=2.0)
        finally:
            np.savez = original
        self.assertEqual(os.listdir(self.folder), ["mine.npz"])
        self.assertEqual((self.folder / "mine.npz").read_bytes(), before)

    @unittest.skipIf(safetensors is None, "the package safetensors is missing")
    def test_the_package_safetensors_reads_it(self):
        self.saved("mine.safetensors")
        found = safetensors.numpy.load_file(self.folder / "mine.safetensors")
        np.testing.assert_array_equal(found["2.weight"], self.W2)
        np.testing.assert_array_equal(found["y"], self.y)
        self.assertEqual(found["loss"].shape, ())
        with safetensors.safe_open(self.folder / "mine.safetensors", framework="np") as file:
            self.assertEqual(json.loads(file.metadata()["description"])["loss"], "cross-entropy")

    def test_blocks_of_safetensors_are_aligned(self):
        self.saved("mine.safetensors", x=self.x.astype(np.float16), y=self.y.astype(bool))
        data = (self.folder / "mine.safetensors").read_bytes()
        length, = struct.unpack("<Q", data[:8])
        self.assertEqual(length % 8, 0)
        header = json.loads(data[8:8 + length])
        header.pop("__metadata__")
        width = {"F64": 8, "F16": 2, "BOOL": 1}
        for entry in header.values():
            self.assertEqual(entry["data_offsets"][0] % width[entry["dtype"]], 0)
        ends = sorted(entry["data_offsets"] for entry in header.values())
        self.assertEqual([a for a, _ in ends], [0] + [b for _, b in ends[:-1]])
        self.assertEqual(8 + length + ends[-1][1], len(data))


class Refusals(Case):
    def test_the_name_of_the_file(self):
        self.refused(".npz or .safetensors", name="mine.npy")
        with self.assertRaisesRegex(FileNotFoundError, "no folder '.*missing'"):
            self.saved("missing/mine.npz")

    def test_the_number_of_gradients(self):
        self.refused("grads holds 3", "parameters are 4", "0.weight [4, 5], 0.bias [5]", grads=self.grads[:3])
        self.refused("to be a list", grads=self.grads[0])

    def test_gradients_in_another_order(self):
        dW1, db1, dW2, db2 = self.grads
        self.refused("another order", grads=[dW2, db2, dW1, db1])
        self.refused("another order", grads=[dW1, dW2, db1, db2])

    def test_arrays_of_objects(self):
        self.refused("np.array(..., dtype=float)", x=np.array([[1.0, None]] * 7))
        self.refused("the gradient of 0.weight", "objects", grads=[np.array([None]), None, None, None])
        self.refused("x", x=[[1.0], [1.0, 2.0]])

    def test_types_that_a_file_cannot_hold(self):
        self.refused("x holds complex128", x=self.x.astype(complex))
        self.refused("y holds str", y=["cat"] * 7)
        if np.dtype(np.longdouble).itemsize > 8:
            self.refused("0.weight holds", layers=[("linear", self.W1.astype(np.longdouble))], grads=[None])

    def test_no_examples(self):
        self.refused("x has the shape (0, 4)", "no examples", x=np.ones((0, 4)))
        self.refused("y has the shape (0,)", "no examples", y=[])
        self.refused("x.reshape(1, -1)", x=np.ones(4))

    def test_numbers_that_are_not_finite(self):
        x, W = self.x.copy(), self.W1.copy()
        x[3, 1], W[2, 0] = np.nan, np.inf
        self.refused("x holds nan at [3, 1]", "1 of 28", x=x)
        self.refused("0.weight holds inf at [2, 0]", layers=[("linear", W)], grads=[None])
        self.refused("y holds nan", y=np.full(7, np.nan))
        arrays, _ = self.saved(value=np.nan)
        self.assertTrue(np.isnan(arrays["loss"]))

    def test_the_loss(self):
        self.refused("one number", "(7,)", value=np.ones(7))
        self.refused("'cross entropy'", 'mean "cross-entropy"', '"half-mse"', loss="cross entropy")
        self.refused("Reduction", '"mean over examples"', reduction="average")
        self.refused("Loss is 3", loss=3)
        self.refused("value", "None", value=None)

    def test_layers(self):
        W, K = self.W1, np.ones((2, 1, 3, 3))
        for words, layers in [
            (["Layer 1", "'ReLu'", 'mean "relu"', '"maxpool2d"'], [("linear", W), "ReLu"]),
            (["Layer 0", "ndarray"], [W]),
            (["layers is a list"], "relu"),
            (["layers is a list"], []),
            (["layers is a list"], ("linear", W)),
            (["Layer 0", '("linear", W, b)'], ["linear"]),
            (["Layer 0", '("linear", W, b)'], [("linear", W, None, None)]),
            (["0.weight has the shape (5,)", "2 axes"], [("linear", np.ones(5))]),
            (["0.weight has the shape (4, 5)", "4 axes"], [("conv2d", W)]),
            (["0.weight", "empty"], [("linear", np.ones((4, 0)))]),
            (["below 0"], ["leaky relu"]),
            (["the slope 'x'"], [("leaky relu", "x")]),
            (["as it was multiplied"], ["dropout"]),
            (["gamma, beta"], [("batch norm", np.ones(3))]),
            (["epsilon"], [("batch norm", np.ones(3), np.ones(3), {"eps": 1})]),
            (["without arrays"], [("relu", 1)]),
            (["conv2d", '"stride": 1'], [("conv2d", K, {"strides": 2})]),
            (["stride 0", "from 1"], [("conv2d", K, {"stride": 0})]),
            (["padding 'same'"], [("conv2d", K, {"padding": "same"})]),
            (["maxpool2d"], ["maxpool2d"]),
            (["size 2.5"], [("maxpool2d", 2.5)]),
        ]:
            self.refused(*words, layers=layers, grads=[None])

    def test_options(self):
        self.refused("Layout is 'row'", '"in,out"', layout="row")
        self.refused("Images is 'nchw'", '"NCHW"', images="nchw")
        self.refused("Precision is 'tf32'", '"bfloat16"', precision="tf32")
        self.refused("l2", l2={"factor": 1})
        self.refused("l2", l2="big")


@unittest.skipIf(torch is None, "PyTorch is missing")
class PyTorch(Case):
    def setUp(self):
        super().setUp()
        torch.manual_seed(0)
        self.nn = torch.nn
        self.model = self.nn.Sequential(
            self.nn.Linear(4, 5), self.nn.Sequential(self.nn.ReLU(), self.nn.Linear(5, 3)))

    def saved(self, model=None, x=None, y=None, loss_fn=None, name="mine.safetensors",
              backward=True, **more):
        model = self.model if model is None else model
        x = torch.randn(7, 4) if x is None else x
        y = torch.tensor([0, 1, 2, 2, 1, 0, 0]) if y is None else y
        loss_fn = self.nn.CrossEntropyLoss() if loss_fn is None else loss_fn
        loss = loss_fn(model(x), y) if backward else torch.tensor(1.0)
        if backward:
            loss.backward()
        certify.save_torch(self.folder / name, model, x, y, loss_fn, loss, **more)
        return read(self.folder / name)

    def refused(self, *words, **changes):
        before = os.listdir(self.folder)
        with self.assertRaises(ValueError) as caught:
            self.saved(**changes)
        for word in words:
            self.assertIn(word, str(caught.exception))
        self.assertEqual(os.listdir(self.folder), before)

    def test_a_nested_network_is_flattened(self):
        for name in ("mine.safetensors", "mine.npz"):
            self.model.zero_grad()
            arrays, description = self.saved(name=name)
            self.assertEqual(description, {
                "layers": ["linear", "relu", "linear"], "loss": "cross-entropy", "reduction": "mean",
                "layout": "out,in", "examples": "rows"})
            np.testing.assert_array_equal(arrays["2.weight.grad"], self.model[1][1].weight.grad.numpy())
            self.assertEqual(arrays["0.weight"].dtype, np.float32)
            self.assertNotIn("x.grad", arrays)

    def test_every_layer(self):
        nn = self.nn
        model = nn.Sequential(
            nn.Conv2d(2, 3, 3, stride=(2, 1), padding=1, bias=False), nn.BatchNorm2d(3, eps=1e-3),
            nn.LeakyReLU(0.2), nn.MaxPool2d(2, stride=1), nn.Dropout(0.5).eval(), nn.Flatten(),
            nn.Linear(3 * 3 * 5, 4), nn.Tanh(), nn.Identity(), nn.Linear(4, 3), nn.LogSoftmax(dim=1))
        x = torch.randn(7, 2, 7, 6, requires_grad=True)
        arrays, description = self.saved(model, x, loss_fn=nn.NLLLoss(reduction="sum"))
        self.assertEqual(description, {
            "layers": [
                {"kind": "conv2d", "stride": [2, 1], "padding": 1}, {"kind": "batch norm", "epsilon": 1e-3},
                {"kind": "leaky relu", "slope": 0.2},
                {"kind": "maxpool2d", "size": 2, "stride": 1, "padding": 0}, "identity", "flatten", "linear",
                "tanh", "identity", "linear"],
            "loss": "cross-entropy", "reduction": "sum", "layout": "out,in", "examples": "rows",
            "images": "NCHW", "kernels": "out,in,height,width"})
        self.assertNotIn("0.bias", arrays)
        np.testing.assert_array_equal(arrays["x.grad"], x.grad.numpy())
        np.testing.assert_array_equal(arrays["1.weight.grad"], model[1].weight.grad.numpy())

    def test_every_loss(self):
        nn, functional = self.nn, torch.nn.functional
        y = torch.rand(7, 3)
        for loss_fn, last, name in [
            (nn.MSELoss(), nn.Identity(), "mse"), (nn.L1Loss(reduction="sum"), nn.Tanh(), "mae"),
            (nn.BCELoss(), nn.Sigmoid(), "bce"), (nn.BCEWithLogitsLoss(), nn.Identity(), "bce-with-logits"),
            (nn.CrossEntropyLoss(), nn.Identity(), "cross-entropy"),
            (functional.mse_loss, nn.Softmax(dim=-1), "mse"),
        ]:
            _, description = self.saved(nn.Sequential(nn.Linear(4, 3), last), y=y, loss_fn=loss_fn)
            self.assertEqual(description["loss"], name)
            reduction = getattr(loss_fn, "reduction", "mean")
            self.assertEqual(description["reduction"], reduction)

    def test_half_precision_keeps_its_bits(self):
        model = self.nn.Sequential(self.nn.Linear(4, 3)).bfloat16()
        arrays, _ = self.saved(model, torch.randn(7, 4).bfloat16())
        np.testing.assert_array_equal(arrays["0.weight"], model[0].weight.detach().float().numpy())
        np.testing.assert_array_equal(arrays["0.weight.grad"], model[0].weight.grad.float().numpy())
        if safetensors is not None:
            from safetensors.torch import load_file
            found = load_file(self.folder / "mine.safetensors")
            self.assertEqual(found["0.weight"].dtype, torch.bfloat16)
            self.assertTrue(bool((found["0.weight"] == model[0].weight).all()))
        x = torch.randn(7, 4).bfloat16()
        self.refused("bfloat16", ".safetensors", model=model, x=x, name="mine.npz")

    def test_a_mask_of_dropout(self):
        nn = self.nn
        mask = (torch.rand(7, 5) > 0.5).float() * 2

        self.refused("Layer 1", "masks={1: mask}", model=nn.Sequential(nn.Linear(4, 5), nn.Dropout(0.5)))
        model = nn.Sequential(nn.Linear(4, 5), nn.Dropout(0.5), nn.Linear(5, 3))
        x, y, loss_fn = torch.ones(7, 4), torch.tensor([0] * 7), nn.CrossEntropyLoss()
        loss = loss_fn(model[2](model[0](x) * mask), y)
        loss.backward()
        certify.save_torch(
            self.folder / "mine.npz", model, x, y, loss_fn, loss, masks={1: mask})
        arrays, description = read(self.folder / "mine.npz")
        self.assertEqual(description["layers"], ["linear", "dropout", "linear"])
        np.testing.assert_array_equal(arrays["1.mask"], mask.numpy())
        self.refused("masks has 0", masks={0: mask})

    def test_a_frozen_parameter_is_not_judged(self):
        self.model[0].weight.requires_grad_(False)
        arrays, _ = self.saved()
        self.assertNotIn("0.weight.grad", arrays)
        self.assertIn("0.bias.grad", arrays)

    def test_refusals(self):
        nn = self.nn
        linear = nn.Linear(4, 4)
        images = torch.randn(7, 2, 6, 6)

        class Mine(nn.Module):
            def __init__(self):
                super().__init__()
                self.layer = nn.Linear(4, 3)

            def forward(self, x):
                return self.layer(x)

        def convolution(*arguments, **options):
            return dict(x=images, model=nn.Sequential(
                nn.Conv2d(2, 2, *arguments, **options), nn.Flatten(), nn.LazyLinear(3)))

        def behind(*layers):
            return dict(model=nn.Sequential(nn.Linear(4, 3), *layers))

        for words, changes in [
            (["0.weight has no gradient", "loss.backward()"], dict(backward=False)),
            (["Mine", "does not know", "certify.save"], dict(model=Mine())),
            (["GELU", "does not know"], behind(nn.GELU())),
            (["Two layers", "one"], dict(model=nn.Sequential(linear, nn.ReLU(), linear))),
            (["dim=1"], behind(nn.Softmax(dim=0), nn.Identity())),
            (["softmax is taken twice"], behind(nn.Softmax(dim=1))),
            (["LogSoftmax", "NLLLoss"], behind(nn.LogSoftmax(dim=1))),
            (["NLLLoss belongs"], dict(loss_fn=nn.NLLLoss())),
            (["evaluation mode"], behind(nn.BatchNorm1d(3).eval())),
            (["groups"], convolution(3, groups=2)),
            (["dilation"], convolution(3, dilation=2)),
            (["zeros"], convolution(3, padding=1, padding_mode="reflect")),
            (["odd"], dict(convolution(2, padding="same"), backward=False)),
            (["3 axes"], dict(model=nn.Sequential(nn.Tanh()), x=torch.randn(7, 3, 2),
                              y=torch.zeros(7, 2, dtype=torch.long), backward=False)),
            (["ceil_mode"], dict(x=images, model=nn.Sequential(
                nn.MaxPool2d(2, ceil_mode=True), nn.Flatten(), nn.LazyLinear(3)))),
            (["axis 1"], dict(x=torch.randn(7, 2, 2), model=nn.Sequential(
                nn.Flatten(1, 2), nn.LazyLinear(3)))),
            (["Linear", "rows"], dict(x=torch.randn(7, 2, 4), model=nn.Sequential(
                nn.Linear(4, 2), nn.Flatten(), nn.LazyLinear(3)))),
            (["HuberLoss", "MSELoss"], dict(loss_fn=nn.HuberLoss(), y=torch.randn(7, 3))),
            (["weight"], dict(loss_fn=nn.CrossEntropyLoss(weight=torch.ones(3)))),
            (["label_smoothing"], dict(loss_fn=nn.CrossEntropyLoss(label_smoothing=0.1))),
            (["leaves out"], dict(loss_fn=nn.CrossEntropyLoss(ignore_index=2))),
            (["pos_weight"], dict(
                loss_fn=nn.BCEWithLogitsLoss(pos_weight=torch.ones(3)), y=torch.rand(7, 3))),
        ]:
            with self.subTest(words=words):
                self.refused(*words, **changes)
        with self.assertWarns(UserWarning):
            self.refused("broadcasts", "y.reshape(7, 1)", model=nn.Sequential(nn.Linear(4, 1)),
                         loss_fn=nn.MSELoss(), y=torch.randn(7))
        with self.assertRaises(ValueError) as caught:
            certify.save_torch(
                self.folder / "a.npz", self.model, torch.ones(7, 4), torch.tensor([0] * 7),
                nn.CrossEntropyLoss(reduction="none"), 1.0)
        self.assertIn("reduction='none'", str(caught.exception))

    def test_padding_same(self):
        nn = self.nn
        model = nn.Sequential(nn.Conv2d(2, 2, (3, 5), padding="same"), nn.Flatten(), nn.Linear(72, 3))
        _, description = self.saved(model, torch.randn(7, 2, 6, 6))
        self.assertEqual(description["layers"][0], {"kind": "conv2d", "stride": 1, "padding": [1, 2]})


class Examples(Case):
    def run_example(self, name, suffix=".npz"):
        path = self.folder / (name + suffix)
        done = subprocess.run(
            [sys.executable, str(HERE / "examples" / f"{name}.py"), str(path)],
            check=True, stdout=subprocess.PIPE, encoding="utf-8")
        self.assertIn("saved in", done.stdout)
        return read(path)

    def test_each_saves_a_file_with_all_gradients(self):
        for name in EXAMPLES + ["planted"]:
            arrays, description = self.run_example(name)
            parameters = {key for key in arrays if key.endswith(("weight", "bias"))}
            gradients = {key for key in arrays if key.endswith((".weight.grad", ".bias.grad"))}
            self.assertEqual(gradients, {f"{key}.grad" for key in parameters}, name)
            self.assertGreaterEqual(len(parameters), 4)
            self.assertLess((self.folder / f"{name}.npz").stat().st_size, 20000)

    @unittest.skipIf(torch is None, "PyTorch is missing")
    def test_autograd_agrees_with_all_but_the_planted_one(self):
        for name in EXAMPLES + ["planted"]:
            arrays, description = self.run_example(name)
            loss, gradients = by_autograd(arrays, description)
            single = arrays["x"].dtype == np.float32
            self.assertLess(abs(loss - float(arrays["loss"])), 1e-6 if single else 1e-12, name)
            for key, gradient in gradients.items():
                off = np.abs(arrays[key + ".grad"] - gradient).max() / np.abs(gradient).max()
                if name == "planted" and key.startswith("0."):
                    self.assertGreater(off, 0.01, key)
                else:
                    self.assertLess(off, 1e-5 if single else 1e-12, f"{name}: {key}")

    @unittest.skipIf(torch is None, "PyTorch is missing")
    def test_the_example_with_pytorch(self):
        arrays, description = self.run_example("pytorch", ".safetensors")
        self.assertEqual(description["loss"], "cross-entropy")
        self.assertEqual(arrays["0.weight.grad"].shape, (4, 1, 3, 3))

    def test_each_fits_on_a_page(self):
        for path in (HERE / "examples").glob("*.py"):
            self.assertLessEqual(len(path.read_text(encoding="utf-8").splitlines()), 80, path.name)


def by_autograd(arrays, description):
    """Returns the loss of a file and its gradients by name, as PyTorch computes them in float64."""
    tensors = {key: torch.tensor(array, dtype=torch.float64) for key, array in arrays.items()
               if key not in ("y", "loss") and not key.endswith(".grad")}
    by_columns = description.get("examples") == "columns"
    x = tensors["x"].T if by_columns else tensors["x"]
    a = x.clone().requires_grad_(True)
    leaves = {"x": a} if "x.grad" in arrays else {}
    squares = 0
    for index, layer in enumerate(description["layers"]):
        settings = layer if isinstance(layer, dict) else {"kind": layer}
        kind = settings["kind"]
        if f"{index}.weight" in tensors:
            weight = tensors[f"{index}.weight"].requires_grad_(True)
            bias = tensors[f"{index}.bias"].requires_grad_(True)
            leaves.update({f"{index}.weight": weight, f"{index}.bias": bias})
            squares = squares + (weight ** 2).sum()
        if kind == "linear":
            a = a @ (weight.T if description["layout"] == "out,in" else weight) + bias.reshape(-1)
        elif kind == "conv2d":
            a = torch.nn.functional.conv2d(
                a, weight, bias, stride=settings["stride"], padding=settings["padding"])
        elif kind == "maxpool2d":
            a = torch.nn.functional.max_pool2d(a, settings["size"])
        elif kind == "flatten":
            a = a.flatten(1)
        elif kind == "leaky relu":
            a = torch.nn.functional.leaky_relu(a, settings["slope"])
        elif kind == "softmax":
            a = a.softmax(1)
        else:
            a = {"relu": torch.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid}[kind](a)
    y = torch.tensor(arrays["y"])
    y = y.T if by_columns else y
    if description["loss"] == "mse":
        loss = ((a - y) ** 2).mean()
    elif description["loss"] == "bce":
        loss = -(y * a.log() + (1 - y) * (1 - a).log()).sum() / len(a)
    else:
        logs = a.log() if description["layers"][-1] == "softmax" else a.log_softmax(1)
        loss = -(logs[range(len(a)), y] if y.dim() == 1 else (y * logs).sum(1)).mean()
    l2 = description.get("l2")
    if l2:
        loss = loss + l2["lambda"] * l2.get("factor", 1) * squares
    loss.backward()
    return loss.item(), {key: leaf.grad.numpy() for key, leaf in leaves.items()}


class CommandLine(unittest.TestCase):
    def test_help(self):
        for arguments, code in [(["--help"], 0), ([], 0), (["mine.npz"], 64)]:
            done = subprocess.run([sys.executable, str(HERE / "certify.py"), *arguments],
                                  stdout=subprocess.PIPE, encoding="utf-8")
            self.assertEqual(done.returncode, code)
            self.assertIn("save_torch", done.stdout)


if __name__ == "__main__":
    unittest.main()
