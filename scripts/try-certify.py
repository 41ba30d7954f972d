"""Tries `chapter-runner certify` on many right and many wrong gradients.

scripts/try-certify                     makes 200 right files and 8 of each kind of mistake, and judges them
scripts/try-certify --seed 7            the same with other networks
scripts/try-certify --write             also writes Data/Certify/trials.csv
scripts/try-certify --fixtures          writes a few small ones for the tests, and judges nothing
scripts/try-certify --make              makes the files, and judges nothing

No right gradient may be accused, whatever library computed it, in whatever order it sums, and whatever
derivative it takes where there is none, such as that of ReLU at 0. Each wrong gradient is a right one
with one mistake planted. The files and what is known of them lie in .build-certify/trial, or in the
folder that is given. Gradients in NumPy are computed by scripts/certify_networks.py, and each of these
networks is computed by PyTorch in float64 as well, with which the loss and all gradients agree to 10⁻⁹.

Exit code 1 where a right gradient is accused, or a wrong one is not found.
"""

import argparse
import collections
import concurrent.futures
import csv
import dataclasses
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import zlib

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("JAX_PLATFORMS", "cpu")

import numpy as np  # noqa: E402

import certify_mistakes  # noqa: E402
import certify_networks  # noqa: E402
from certify_mistakes import KINDS, chosen, planted  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "Tests/CertifyTests/Fixtures"
TABLE = ROOT / "Data/Certify/trials.csv"
SOURCES = {
    "PyTorch float32": 50, "PyTorch float64": 35, "NumPy float32": 55, "NumPy float64": 35,
    "JAX float32": 25}
IN_TESTS = {
    "mean-missing", "mean-twice", "factor-two", "labels-shifted", "example-dropped",
    "sigmoid-derivative-extra", "overflow", "jacobian-diagonal", "derivative-forgotten",
    "derivative-at-output", "mask-missing", "mask-of-another-layer", "weight-transposed",
    "after-the-step", "kernel-turned", "overlaps-assigned", "pool-to-all", "mask-forgotten",
    "statistics-constant", "weight-gradient-transposed", "batch-for-activation", "entries-exchanged",
    "bias-mean", "bias-not-summed", "zero-grad-forgotten", "clipped", "l2-missing", "half-precision"}
TYPES = {"float32": np.float32, "float64": np.float64}

sys.path.insert(0, str(ROOT / "python"))
import certify  # noqa: E402

# How a file is arranged. Here rows are examples, weights [out, in], images NCHW, kernels OIHW.


def drawn_form(rng, network, library):
    """Draws how a network lies in its file."""
    if library == "PyTorch":
        return dict(layout="out,in", examples="rows", images="NCHW",
                    kernels="out,in,height,width", bias="vector")
    if library == "JAX":
        return dict(layout="in,out", examples="rows", images="NHWC",
                    kernels="height,width,in,out", bias="vector")
    has_images = network.x.ndim == 4
    by_columns = not has_images and rng.random() < 0.4
    return dict(
        layout=chosen(rng, ["out,in", "in,out"]), examples="columns" if by_columns else "rows",
        images=chosen(rng, ["NCHW", "NHWC"]),
        kernels=chosen(rng, ["out,in,height,width", "height,width,in,out"]),
        bias=chosen(rng, ["vector", "column"] if by_columns else ["vector", "row"]))


def arranged(network, name, array, form, shapes):
    """Returns an array as it lies in the file: the batch, the targets, a parameter or its gradient.

    shapes: those of the inputs of the layers.
    """
    by_columns = form["examples"] == "columns"
    if name in ("x", "y", "mask"):
        if array.ndim == 4:
            return array.transpose(0, 2, 3, 1) if form["images"] == "NHWC" else array
        return array.T if by_columns else array
    index, part = name.split(".")
    layer = network.layers[int(index)]
    if part == "bias" or array.ndim == 1:
        if array.ndim == 2:  # One that was not summed over the examples.
            return array.T if by_columns else array
        as_rows = layer.kind == "batch norm" or form["bias"] == "vector"
        return array if as_rows else array.reshape((1, -1) if form["bias"] == "row" else (-1, 1))
    if layer.kind == "conv2d":
        return array.transpose(2, 3, 1, 0) if form["kernels"].startswith("height") else array
    flat = int(index) > 0 and network.layers[int(index) - 1].kind == "flatten"
    if flat and form["images"] == "NHWC":
        images = array.reshape(len(array), *shapes[int(index) - 1][1:])
        array = images.transpose(0, 2, 3, 1).reshape(array.shape)
    return array.T if form["layout"] == "in,out" else array


def layers_of(network, form, shapes):
    """Returns the layers as certify.save takes them."""
    found = []
    for index, layer in enumerate(network.layers):
        arrays = [arranged(network, f"{index}.{part}", array, form, shapes)
                  for part, array in layer.arrays().items()]
        if layer.kind == "conv2d":
            settings = {"stride": layer.stride, "padding": layer.padding}
            found.append(("conv2d", *arrays, settings))
        elif layer.kind == "maxpool2d":
            settings = {"size": layer.size, "stride": layer.stride, "padding": layer.padding}
            found.append(("maxpool2d", settings))
        elif layer.kind == "batch norm":
            found.append(("batch norm", *arrays, {"epsilon": layer.epsilon}))
        elif layer.kind == "leaky relu":
            found.append(("leaky relu", layer.slope))
        elif layer.kind == "dropout":
            found.append(("dropout", arranged(network, "mask", layer.mask, form, shapes)))
        else:
            found.append((layer.kind, *arrays))
    return found


def readings(x, y, layers):
    """Returns in which ways the shapes of a network without images can be read."""
    found = []
    for layout in ("out,in", "in,out"):
        for examples in ("rows", "columns"):
            n, width = x.shape if examples == "rows" else x.shape[::-1]
            fits = True
            for kind, *arrays in layers:
                if kind == "linear":
                    out, inputs = arrays[0].shape if layout == "out,in" else arrays[0].shape[::-1]
                    fits &= inputs == width and (len(arrays) < 2 or arrays[1].size == out)
                    width = out
                elif kind == "dropout":
                    fits &= arrays[0].shape == ((n, width) if examples == "rows" else (width, n))
                elif kind == "batch norm":
                    fits &= arrays[0].size == width
            whole = (n, width) if examples == "rows" else (width, n)
            is_classes = y.dtype.kind in "iu" and y.size == n and (y.ndim == 1 or y.shape != whole)
            if fits and (is_classes or y.shape == whole):
                found.append((layout, examples))
    return found


def saved_targets(rng, network, form, shapes):
    """Returns the targets in one of the forms in which people have them."""
    y = arranged(network, "y", network.y, form, shapes)
    one_hot = network.loss == "cross-entropy" and ((network.y == 0) | (network.y == 1)).all()
    if one_hot and rng.random() < 0.7:
        classes = network.y.argmax(axis=1).astype(chosen(rng, [np.int64, np.int32, np.uint8]))
        column = (1, -1) if form["examples"] == "columns" else (-1, 1)
        return classes.reshape(column) if rng.random() < 0.2 else classes
    if network.loss.startswith("bce") and ((network.y == 0) | (network.y == 1)).all():
        return y.astype(chosen(rng, [network.y.dtype, network.y.dtype, np.int64, bool]))
    return y


def write(path, rng, network, gradients, form, loss):
    """Writes a gradient file, and leaves out of its description what the shapes tell."""
    shapes = [a.shape for a in certify_networks.forward(network)]
    layers = layers_of(network, form, shapes)
    x = arranged(network, "x", network.x, form, shapes)
    y = saved_targets(rng, network, form, shapes)
    named = {name: arranged(network, name, array, form, shapes) for name, array in gradients.items()}
    x_grad = named.pop("x")
    options = dict(layout=form["layout"], examples=form["examples"])
    if network.x.ndim == 4:
        options.update(images=form["images"])
        if any(layer[0] == "conv2d" for layer in layers):
            options.update(kernels=form["kernels"])
    elif len(readings(x, y, layers)) == 1 and rng.random() < 0.5:
        options = {}
    if network.penalty:
        options["l2"] = chosen(rng, [network.penalty, {"lambda": 2 * network.penalty, "factor": 0.5}])
    if rng.random() < 0.3:
        options["x_grad"] = x_grad
    certify.save(path, x, y, loss=network.loss, value=loss, layers=layers, grads=named,
                 reduction=network.reduction, **options)


# Right networks.


def drawn(rng, library):
    """Draws a network of any kind."""
    n = int(rng.integers(1, 65))
    family = chosen(rng, ["dense"] * 6 + ["cnn"] * 3 + ["norm", "dropout", "large"])
    if family == "cnn":
        network = certify_mistakes.convolutional(
            rng, min(n, 8), norm=n > 1 and rng.random() < 0.25)
    else:
        depth = int(rng.integers(1, 6))
        sizes = [int(v) for v in rng.integers(1, 17, depth + 1)]
        if family == "large":
            sizes, n = [48, 40, 10], min(n, 8)
        network = certify_mistakes.dense(
            rng, sizes, max(n, 3) if family == "norm" else n, norm=family == "norm",
            dropout=family == "dropout", has_bias=rng.random() < 0.9,
            penalty=chosen(rng, [None, None, 0.001, 0.05]), gain=chosen(rng, [0.5, 1.0, 2.0]),
            is_soft=rng.random() < 0.2)
        if network.loss in certify_mistakes.SQUARES and rng.random() < 0.3:
            network.x *= 10 ** rng.uniform(-2, 2)
    if rng.random() < 0.25:
        put_on_kinks(network, rng)
    network.order = chosen(rng, certify_networks.ORDERS)
    network.at_zero = chosen(rng, [0.0, 0.0, 0.5, 1.0])
    network.split_ties = rng.random() < 0.3
    network.fused = rng.random() < 0.6
    return network


def put_on_kinks(network, rng):
    """Makes numbers of which some sums are exactly 0 and some entries of windows equal."""
    network.x = np.round(2 * network.x) / 2
    network.x[0] = 0
    for layer in network.layers:
        if layer.weight is not None and layer.kind != "batch norm":
            layer.weight = np.round(4 * layer.weight) / 4
            if layer.bias is not None:
                layer.bias = layer.bias * 0
    if network.x.ndim == 4:
        network.x[-1] = 1  # Each window sees the same.
    if network.loss in certify_mistakes.SQUARES:
        network.y = np.round(2 * network.y) / 2


def is_usable(network, right):
    with np.errstate(all="ignore"):
        loss = certify_networks.loss_of(network)
    return np.isfinite(loss) and all(np.isfinite(array).all() for array in right.values())


def right_file(path, rng, source):
    """Writes a file with a right gradient, and returns what it holds."""
    library, precision = source.split()
    while True:
        network = drawn(rng, library).converted(TYPES[precision])
        if library == "JAX":
            network.at_zero = 0.0
        with np.errstate(all="ignore"):
            own = certify_networks.gradient(network)
        if is_usable(network, own):
            break
    demand_agreement(network)
    form = drawn_form(rng, network, library)
    if library == "PyTorch" and by_save_torch(path, rng, network):
        pass
    elif library == "PyTorch":
        loss, gradients = by_torch(network, network.x.dtype)
        write(path, rng, network, gradients, form, np.asarray(loss, network.x.dtype))
    elif library == "JAX":
        by_jax(path, rng, network, form)
    else:
        loss = certify_networks.loss_of(network)
        write(path, rng, network, own, form, loss if rng.random() < 0.7 else float(loss))
    kinds = ", ".join(layer.kind for layer in network.layers)
    return f"{kinds}; {network.loss}, {network.reduction}; {len(network.x)} examples"


# PyTorch.


def torch_model(network, type_):
    """Returns the network in PyTorch, and the masks of its dropout by index."""
    import torch
    from torch import nn

    def filled(module, layer):
        with torch.no_grad():
            for name, array in layer.arrays().items():
                getattr(module, name).copy_(torch.tensor(array))
        return module

    type_ = torch.float64 if type_ == np.float64 else torch.float32
    modules, masks = [], {}
    for index, layer in enumerate(network.layers):
        kind = layer.kind
        has_bias = layer.bias is not None
        if kind == "linear":
            out, inputs = layer.weight.shape
            modules.append(filled(nn.Linear(inputs, out, bias=has_bias, dtype=type_), layer))
        elif kind == "conv2d":
            out, inputs, *size = layer.weight.shape
            modules.append(filled(nn.Conv2d(
                inputs, out, tuple(size), layer.stride, layer.padding, dtype=type_), layer))
        elif kind == "batch norm":
            of_images = any(other.kind == "conv2d" for other in network.layers)
            norm = nn.BatchNorm2d if of_images else nn.BatchNorm1d
            modules.append(filled(norm(len(layer.weight), eps=layer.epsilon, dtype=type_), layer))
        elif kind == "maxpool2d":
            modules.append(nn.MaxPool2d(layer.size, layer.stride, layer.padding))
        elif kind == "leaky relu":
            modules.append(nn.LeakyReLU(layer.slope))
        elif kind == "softmax":
            modules.append(nn.Softmax(dim=1))
        elif kind == "dropout":
            modules.append(nn.Dropout(0.25))
            masks[index] = torch.tensor(layer.mask, dtype=type_)
        else:
            modules.append({"relu": nn.ReLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid,
                            "flatten": nn.Flatten, "identity": nn.Identity}[kind]())
    return nn.Sequential(*modules), masks


def torch_outputs(model, masks, x):
    for index, module in enumerate(model):
        x = x * masks[index] if index in masks else module(x)
    return x


def torch_penalty(network, model):
    return sum((model[i].weight ** 2).sum() for i in certify_networks.weights(network))


def by_torch(network, type_):
    """Returns the loss and the gradients by name, with the formulas written down in PyTorch."""
    import torch

    model, masks = torch_model(network, type_)
    x = torch.tensor(network.x.astype(type_), requires_grad=True)
    y = torch.tensor(network.y.astype(type_))
    a = torch_outputs(model, masks, x)
    if network.loss in ("mse", "half-mse"):
        each = (a - y) ** 2 / (2 if network.loss == "half-mse" else 1)
    elif network.loss == "mae":
        each = (a - y).abs()
    elif network.loss == "bce":
        each = -(y * a.log() + (1 - y) * (1 - a).log())
    elif network.loss == "bce-with-logits":
        each = torch.nn.functional.softplus(a) - y * a
    elif network.ends_with == "softmax":
        each = -y * a.log()
    else:
        each = -y * a.log_softmax(dim=1)
    loss = each.sum() / certify_networks.count(network)
    if network.penalty:
        loss = loss + network.penalty * torch_penalty(network, model)
    loss.backward()
    gradients = {f"{index}.{name}": getattr(model[index], name).grad.numpy()
                 for index, layer in enumerate(network.layers) for name in layer.arrays()}
    return loss.item(), {**gradients, "x": x.grad.numpy()}


def by_save_torch(path, rng, network):
    """Writes the file by save_torch, and returns whether PyTorch has such a loss as an object."""
    import torch
    from torch import nn

    losses = {
        "mse": nn.MSELoss, "mae": nn.L1Loss, "bce": nn.BCELoss, "bce-with-logits": nn.BCEWithLogitsLoss,
        "cross-entropy": nn.CrossEntropyLoss}
    if network.loss not in losses or network.reduction == "mean over examples":
        return False
    if network.loss == "cross-entropy" and network.ends_with == "softmax":
        return False
    model, masks = torch_model(network, network.x.dtype)
    x = torch.tensor(network.x, requires_grad=bool(rng.integers(2)))
    y = torch.tensor(network.y)
    if network.loss == "cross-entropy" and bool(((y == 0) | (y == 1)).all()) and rng.random() < 0.8:
        y = y.argmax(dim=1)
    loss_fn = losses[network.loss](reduction=network.reduction)
    loss = loss_fn(torch_outputs(model, masks, x), y)
    if network.penalty:
        loss = loss + network.penalty * torch_penalty(network, model)
    loss.backward()
    certify.save_torch(
        path, model, x, y, loss_fn, loss, masks=masks, l2=network.penalty or None)
    return True


def demand_agreement(network):
    """Ends the program where NumPy and PyTorch differ by more than 10⁻⁹ of the largest entry, in float64.

    Where NumPy differs from itself as it sums in another order, rounding decides: a sum is 0 in one order
    and not in the other, or all probabilities are so near 0 and 1 that their difference from the targets
    has few digits. Where NumPy differs from itself with another derivative at a kink, a number is exactly at
    one here, and may be beside it there. Then a difference says nothing.
    """
    network = dataclasses.replace(
        network.converted(np.float64), order="blas", at_zero=0.0, split_ties=False)
    if network.loss == "cross-entropy":
        # Probabilities that were rounded to float32 do not add up to 1, on which p − y relies.
        network.y = network.y / network.y.sum(axis=1, keepdims=True)
    loss, gradients = by_torch(network, np.float64)
    with np.errstate(all="ignore"):
        own, own_loss = certify_networks.gradient(network), certify_networks.loss_of(network)
        if distance(own, gradients) > 1e-9:
            others = [certify_networks.gradient(dataclasses.replace(network, order=order))
                      for order in certify_networks.ORDERS]
            others += [certify_networks.gradient(dataclasses.replace(network, at_zero=1.0)),
                       certify_networks.gradient(dataclasses.replace(network, split_ties=True))]
            if not max(distance(other, own) for other in others) > 1e-10:
                sys.exit(f"try-certify: NumPy and PyTorch differ in a gradient of {network}")
    if not abs(own_loss - loss) <= 1e-9 * max(abs(loss), 1e-3):
        sys.exit(f"try-certify: NumPy and PyTorch differ in the loss of {network}")


def distance(gradients, others):
    """Returns how far gradients lie apart, as a part of the largest entry of each tensor.

    No largest entry counts as less than a part of 10⁻³ of that of all tensors.
    """
    scale = max(np.abs(array).max() for array in others.values())
    return max(
        np.abs(gradients[name] - array).max() / max(np.abs(array).max(), 1e-3 * scale)
        for name, array in others.items()) if scale else 0


# JAX.


def by_jax(path, rng, network, form):
    """Writes a file with the gradient that JAX computes, of arrays as they lie in the file."""
    import jax
    from jax import lax, nn, numpy as jnp

    shapes = [a.shape for a in certify_networks.forward(network)]
    layers = layers_of(network, form, shapes)
    halves = rng.random() < 0.5  # jnp.maximum gives ½ at 0.

    def outputs(parameters, a):
        for (kind, *rest), own in zip(layers, parameters):
            if kind == "linear":
                a = a @ own[0] + (own[1] if len(own) > 1 else 0)
            elif kind == "conv2d":
                a = lax.conv_general_dilated(
                    a, own[0], rest[-1]["stride"], [(p, p) for p in rest[-1]["padding"]],
                    dimension_numbers=("NHWC", "HWIO", "NHWC")) + own[1]
            elif kind == "maxpool2d":
                size, stride, padding = (rest[0][key] for key in ("size", "stride", "padding"))
                edges = ((0, 0), *((p, p) for p in padding), (0, 0))
                a = lax.reduce_window(
                    a, -jnp.inf, lax.max, (1, *size, 1), (1, *stride, 1), edges)
            elif kind == "batch norm":
                axes = tuple(range(a.ndim - 1))
                centred = a - a.mean(axes)
                a = centred * lax.rsqrt((centred ** 2).mean(axes) + rest[-1]["epsilon"]) * own[0] + own[1]
            elif kind == "relu":
                a = jnp.maximum(a, 0) if halves else nn.relu(a)
            elif kind == "leaky relu":
                a = nn.leaky_relu(a, rest[0])
            elif kind == "dropout":
                a = a * rest[0]
            elif kind == "flatten":
                a = a.reshape(len(a), -1)
            else:
                a = {"tanh": jnp.tanh, "sigmoid": nn.sigmoid, "softmax": nn.softmax,
                     "identity": lambda z: z}[kind](a)
        return a

    def loss_of(parameters, x):
        a = outputs(parameters, x)
        if network.loss in ("mse", "half-mse"):
            each = (a - y) ** 2 / (2 if network.loss == "half-mse" else 1)
        elif network.loss == "mae":
            each = jnp.abs(a - y)
        elif network.loss == "bce":
            each = -(y * jnp.log(a) + (1 - y) * jnp.log(1 - a))
        elif network.loss == "bce-with-logits":
            each = nn.softplus(a) - y * a
        elif network.ends_with == "softmax":
            each = -y * jnp.log(a)
        else:
            each = -y * nn.log_softmax(a)
        loss = each.sum() / certify_networks.count(network)
        squares = sum((parameters[i][0] ** 2).sum() for i in certify_networks.weights(network))
        return loss + network.penalty * squares

    parameters = [[jnp.asarray(array) for array in rest if isinstance(array, np.ndarray)]
                  if kind in ("linear", "conv2d", "batch norm") else [] for kind, *rest in layers]
    x = jnp.asarray(arranged(network, "x", network.x, form, shapes))
    y = jnp.asarray(network.y)
    loss, (gradients, x_grad) = jax.jit(jax.value_and_grad(loss_of, argnums=(0, 1)))(parameters, x)
    options = dict(images="NHWC", kernels=form["kernels"]) if x.ndim == 4 else {}
    options.update(l2=network.penalty or None, x_grad=x_grad if rng.random() < 0.3 else None)
    certify.save(
        path, x, saved_targets(rng, network, form, shapes), loss=network.loss, value=loss, layers=layers,
        grads=[array for own in gradients for array in own], reduction=network.reduction,
        layout=form["layout"], examples="rows", **options)


# The trial.


def seed_of(name):
    """Returns a number of the name, so that another list of kinds plants the same mistakes."""
    return zlib.crc32(name.encode())


def make(folder, options):
    """Makes the files and returns what is known of them."""
    records = []
    for kind, (source, count) in enumerate(SOURCES.items()):
        for number in range(max(1, round(count * options.right / sum(SOURCES.values())))):
            rng = np.random.default_rng([options.seed, 1, kind, number])
            name = f"right-{source.replace(' ', '-')}-{number:02}{chosen(rng, ['.npz', '.safetensors'])}"
            words = right_file(folder / name, rng, source)
            records.append(dict(file=name, right=True, kind=source, network=words))
    for kind in KINDS:
        for number in range(options.each):
            rng = np.random.default_rng([options.seed, 2, seed_of(kind.name), number])
            type_ = chosen(rng, [np.float32, np.float64])
            network, gradients, tensors, first, index = planted(kind, rng, type_)
            demand_agreement(network)
            name = f"wrong-{kind.name}-{number}{chosen(rng, ['.npz', '.safetensors'])}"
            form = drawn_form(rng, network, "NumPy")
            write(folder / name, rng, network, gradients, form, certify_networks.loss_of(network))
            records.append(dict(
                file=name, right=False, kind=kind.name, first=first, index=index, cause=kind.cause,
                tensors=tensors, network=", ".join(layer.kind for layer in network.layers)))
    (folder / "records.json").write_text(json.dumps(records, indent=1), encoding="utf-8")
    return records


@dataclasses.dataclass
class Verdict:
    """What the command says of a file."""
    verdict: str  # "pass", "fail" or "undecided"; "refused" where there is no report
    layer: object = None  # the first wrong layer from the output backwards
    up_to: object = None  # the last that may be to blame: the number of layers where that is the loss
    causes: list = dataclasses.field(default_factory=list)
    wrong: list = dataclasses.field(default_factory=list)
    words: str = ""


def judged(runner, path):
    """Runs the command on a file. Here alone the names in its report are known."""
    done = subprocess.run(
        [runner, "certify", str(path), "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        encoding="utf-8", timeout=600)
    try:
        report = json.loads(done.stdout)
    except json.JSONDecodeError:
        return Verdict("refused", words=f"exit {done.returncode}: {done.stderr.strip()[-400:]}")
    broken = report.get("break") or {}
    causes = [report.get("cause") or {}, *report.get("others", [])]
    loss = report["loss"]
    words = broken.get("sentence", "") if loss["verdict"] == "pass" else f"the loss is judged wrong: {loss}"
    tensors = report["tensors"]
    if report["verdict"] != "fail":
        words = ", ".join(f"{tensor['name']} is {tensor['verdict']}" for tensor in tensors)
    return Verdict(
        verdict=report["verdict"], layer=broken.get("layer"), up_to=broken.get("upTo"), words=words,
        causes=[cause["sentence"] for cause in causes if cause],
        wrong=[tensor["name"] for tensor in tensors if tensor["verdict"] == "wrong"])


def problems(record, verdict):
    """Returns what is not as it should be."""
    if record["right"]:
        return {"pass": [], "fail": ["right, and called wrong"]}.get(
            verdict.verdict, ["right, and not decided"])
    # Where the loss itself is called another one, nothing was found of the gradients.
    if verdict.verdict != "fail" or not verdict.wrong:
        return ["wrong, and not found"]
    found = []
    first = record["first"]
    if first is not None and not (verdict.layer == first and record["index"] <= verdict.up_to):
        found.append("another layer")
    if not any(re.search(record["cause"], cause) for cause in verdict.causes):
        found.append("another cause" if verdict.causes else "no cause")
    return found


HEAD = [
    "gradients", "files", "called wrong", "not decided", "layer named", "cause named",
    "another cause named"]


def table(records, verdicts, found):
    """Returns the lines of the table, with sums at its end."""
    rows = {}
    for record, verdict, amiss in zip(records, verdicts, found):
        sums = "right ones together" if record["right"] else "wrong ones together"
        is_found = not record["right"] and "wrong, and not found" not in amiss
        for name in (record["kind"], sums):
            row = rows.setdefault(name, collections.Counter(right=record["right"]))
            row["files"] += 1
            row["called wrong"] += is_found or "right, and called wrong" in amiss
            row["not decided"] += verdict.verdict not in ("pass", "fail")
            row["layer named"] += is_found and "another layer" not in amiss
            row["cause named"] += is_found and not {"another cause", "no cause"} & set(amiss)
            row["another cause named"] += "another cause" in amiss
    lines = [HEAD]
    for name, row in sorted(rows.items(), key=lambda pair: pair[0].endswith("together")):
        blank = HEAD[4:] if row["right"] else []
        title = name if row["right"] else name.replace("-", " ")
        lines.append([title, *("" if key in blank else row[key] for key in HEAD[1:])])
    return lines


def judge(folder, records, options):
    """Judges all files, two at a time, prints a table, and returns whether all is as it should be."""
    runner = options.runner or subprocess.run(
        [str(ROOT / "scripts/build")], check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout.strip()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda record: judged(runner, folder / record["file"]), records))
    amiss = [problems(record, verdict) for record, verdict in zip(records, found)]
    for record, verdict, what in zip(records, found, amiss):
        if what:
            said = "; or ".join(verdict.causes) or verdict.words
            place = record["kind"] if record["right"] else f"{record['first']}, {record['index']} wanted"
            print(f"{', '.join(what)}: {record['file']} ({record['network']}), {verdict.verdict}, layers "
                  f"{verdict.layer} to {verdict.up_to}, {place}: {said}")
    lines = table(records, found, amiss)
    print()
    for line in lines:
        print(f"{line[0]:40}" + "".join(f"{cell!s:>20}" for cell in line[1:]))
    if options.write:
        with open(TABLE, "w", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerows(lines)
    return not {"right, and called wrong", "wrong, and not found"} & {w for what in amiss for w in what}


# Fixtures for the tests.


def make_fixtures():
    """Writes small files, right ones and one for each of some kinds, and what is to be said of each."""
    shutil.rmtree(FIXTURES, ignore_errors=True)
    FIXTURES.mkdir(parents=True)
    lines = [["file", "verdict", "first wrong layer", "layer of the mistake", "cause"]]
    sources = list(SOURCES)
    number, seed = 0, 0
    while number < 12:
        rng = np.random.default_rng([3, seed])
        seed += 1
        source = sources[number % len(sources)]
        name = f"right-{number:02}-{source.replace(' ', '-')}{['.npz', '.safetensors'][number % 2]}"
        right_file(FIXTURES / name, rng, source)
        if (FIXTURES / name).stat().st_size > 6000:
            (FIXTURES / name).unlink()
            continue
        lines.append([name, "pass", "", "", ""])
        number += 1
    for index, kind in enumerate(kind for kind in KINDS if kind.name in IN_TESTS):
        for seed in range(1000):
            rng = np.random.default_rng([4, seed_of(kind.name), seed])
            type_ = [np.float32, np.float64][index % 2]
            network, gradients, _, first, where = planted(kind, rng, type_)
            name = f"wrong-{kind.name}{['.npz', '.safetensors'][index % 2]}"
            form = drawn_form(rng, network, "NumPy")
            write(FIXTURES / name, rng, network, gradients, form, certify_networks.loss_of(network))
            if (FIXTURES / name).stat().st_size <= 6000:
                break
        place = ["", ""] if first is None else [first, where]
        lines.append([name, "fail", *place, kind.cause])
    with open(FIXTURES / "expected.csv", "w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows(lines)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=pathlib.Path, default=ROOT / ".build-certify/trial")
    parser.add_argument("--runner", help="the program chapter-runner, if it is not to be built")
    parser.add_argument("--right", type=int, default=200, help="how many right files")
    parser.add_argument("--each", type=int, default=8, help="how many files of each kind of mistake")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true", help="write Data/Certify/trials.csv")
    parser.add_argument("--fixtures", action="store_true", help="write the files of the tests")
    parser.add_argument("--make", action="store_true", help="judge nothing")
    options = parser.parse_args()
    if options.fixtures:
        return make_fixtures()
    options.folder.mkdir(parents=True, exist_ok=True)
    for pattern in ("right-*", "wrong-*"):
        for path in options.folder.glob(pattern):
            path.unlink()
    records = make(options.folder, options)
    if options.make:
        print(f"{len(records)} files in {options.folder}")
    elif not judge(options.folder, records, options):
        sys.exit(1)


if __name__ == "__main__":
    main()
