# From "Backprop, Checked", a book about backpropagation. MIT License, Copyright (c) 2026 The authors of
# Backprop, Checked. Copy this file into your project; it needs NumPy, and nothing else.
"""Saves a network, a batch, a loss and the gradients that your code computed, in one file.

    from certify import save, save_torch

    save("mine.npz", x, y, loss="cross-entropy", value=loss,
         layers=[("linear", W1, b1), "relu", ("linear", W2, b2)], grads=[dW1, db1, dW2, db2])
    save_torch("mine.safetensors", model, x, y, loss_fn, loss)   # an nn.Sequential after loss.backward()

`scripts/run certify mine.npz` in the repository of the book then says whether the gradients are right,
wrong, or rounded. Save before the optimiser's step: the file must hold the parameters at which the
gradients were taken. Three batches with sizes that are all different tell more than one large batch.

What can be wrong with the call is told by a ValueError. What can be wrong with the gradients is not: a
gradient of a wrong shape, or one that holds NaN, is saved as it is, and `certify` tells it.
"""

import difflib
import json
import math
import os
import struct
import sys

import numpy as np

LAYERS = [
    "linear", "relu", "leaky relu", "tanh", "sigmoid", "softmax", "identity", "conv2d", "maxpool2d",
    "flatten", "batch norm", "dropout"]
LOSSES = ["mse", "half-mse", "mae", "bce", "bce-with-logits", "cross-entropy"]
REDUCTIONS = ["mean", "mean over examples", "sum"]
CHOICES = {
    "layout": ["out,in", "in,out"],
    "examples": ["rows", "columns"],
    "images": ["NCHW", "NHWC"],
    "kernels": ["out,in,height,width", "height,width,in,out"],
    "precision": ["float16", "bfloat16", "float32", "float64"],
}
FLOATS = {"float16": "F16", "float32": "F32", "float64": "F64"}
WHOLE = {
    "bool": "BOOL", "int8": "I8", "uint8": "U8", "int16": "I16", "uint16": "U16", "int32": "I32",
    "uint32": "U32", "int64": "I64", "uint64": "U64"}


def save(path, x, y, *, loss, value, layers, grads, reduction="mean", layout=None, examples=None,
         images=None, kernels=None, l2=None, x_grad=None, precision=None):
    """Writes a gradient file, .npz or .safetensors by the end of its name.

    x, y       the batch and its targets; for cross-entropy, y may hold the class of each example
    loss       "mse", "half-mse", "mae", "bce", "bce-with-logits" or "cross-entropy"
    value      the loss that your code computed, one number
    layers     in order of the forward pass: "relu", "tanh", "sigmoid", "softmax", "identity", "flatten",
               ("linear", W), ("linear", W, b), ("leaky relu", 0.01),
               ("conv2d", K, b, {"stride": 2, "padding": 1}), ("maxpool2d", 2),
               ("maxpool2d", {"size": 2, "stride": 2, "padding": 0}),
               ("batch norm", gamma, beta, {"epsilon": 1e-5}), ("dropout", mask)
    grads      a list with a gradient for each array of parameters, in the same order (None: not judged),
               or a dictionary by name: {"0.weight": dW1, "0.bias": db1}, with the index of the layer
    reduction  "mean": over all numbers, for cross-entropy over the examples; "mean over examples":
               of sums over the outputs of an example; "sum"
    layout     of the weights of linear layers: "out,in" or "in,out"
    examples   "rows" or "columns"
    images     "NCHW" or "NHWC";  kernels: "out,in,height,width" or "height,width,in,out"
    l2         λ where the loss has λ ΣW² over all weights added; {"lambda": λ, "factor": 0.5} where it
               has λ/2 ΣW²
    x_grad     the gradient in the batch, if you have it
    precision  in what the gradients were computed, if that is coarser than the arrays:
               "float16", "bfloat16", "float32" or "float64"

    layout, examples, images and kernels may be left out where the shapes tell them.

    Arrays keep their type: float16, float32, float64, and in .safetensors bfloat16. Whole numbers are
    written as float64, which holds them exactly, but for y, where they remain whole. Arrays of other
    libraries and lists are taken through numpy.asarray. The file is written whole or not at all.
    """
    path = _path(path)
    described, tensors = _network(layers)
    batch = _floats(x, "x")
    if batch[0].ndim < 2:
        raise ValueError(
            f"x has the shape {batch[0].shape}, without an axis for the examples. For one example, take "
            "x.reshape(1, -1); for numbers that are each an example, x.reshape(-1, 1).")
    targets = _array(y, "y")
    for name, (array, _) in (("x", batch), ("y", targets)):
        if array.size == 0:
            raise ValueError(f"{name} has the shape {array.shape}: there are no examples in it.")
    for name, tensor in dict(tensors, x=batch, y=targets).items():
        _demand_finite(name, tensor)
    written = {"x": batch, "y": targets, "loss": _loss_value(value), **tensors}
    parameters = {name: tensors[name][0].shape for name in tensors if not name.endswith(".mask")}
    for name, gradient in _gradients(grads, parameters).items():
        if gradient is not None:
            written[name + ".grad"] = _floats(gradient, f"the gradient of {name}")
    if x_grad is not None:
        written["x.grad"] = _floats(x_grad, "x_grad")
    description = {"layers": described, "loss": _known("loss", loss, LOSSES)}
    description["reduction"] = _known("reduction", reduction, REDUCTIONS)
    given = dict(
        layout=layout, examples=examples, images=images, kernels=kernels, precision=precision)
    for option, choice in given.items():
        if choice is not None:
            description[option] = _known(option, choice, CHOICES[option])
    if l2 is not None:
        description["l2"] = _l2(l2)
    _write(path, written, json.dumps(description, sort_keys=True))


# Arrays. Each is held as a pair: a NumPy array, and its type by the name that safetensors gives it.
# NumPy has no bfloat16, so an array of them holds their bits.


def _array(value, name):
    """Returns any array of real numbers in its own type."""
    if value is None:
        raise ValueError(f"{name} is None.")
    if hasattr(value, "detach"):
        value = value.detach().cpu()
        if str(value.dtype) == "torch.bfloat16":
            import torch
            return value.contiguous().view(torch.int16).numpy().view(np.uint16), "BF16"
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise ValueError(f"{name} is no array: its rows have different lengths. ({error})") from None
    if array.dtype == object:
        raise ValueError(
            f"{name} holds Python objects, not numbers: make it np.array(..., dtype=float). "
            "Rows of different lengths, and None among numbers, make such an array.")
    kind = array.dtype.name
    if kind == "bfloat16":  # The type that JAX uses, of the package ml_dtypes.
        return array.view(np.uint16), "BF16"
    if kind not in FLOATS and kind not in WHOLE:
        raise ValueError(
            f"{name} holds {kind}, and a gradient file holds float16, float32, float64 and whole "
            "numbers. Take the type in which your code computes, such as astype(np.float64).")
    return array, FLOATS.get(kind) or WHOLE[kind]


def _floats(value, name):
    """Returns an array of floating-point numbers. Whole ones become float64, if that changes none."""
    array, kind = _array(value, name)
    if kind in FLOATS.values() or kind == "BF16":
        return array, kind
    if array.size and max(abs(int(array.min())), abs(int(array.max()))) > 2 ** 53:
        raise ValueError(f"{name} holds whole numbers too large for float64.")
    return array.astype(np.float64), "F64"


def _demand_finite(name, tensor):
    array, kind = tensor
    if kind == "BF16":
        array = (array.astype(np.uint32) << 16).view(np.float32)
    if kind in WHOLE.values():
        return
    wrong = np.argwhere(~np.isfinite(array))
    if len(wrong):
        index = wrong[0].tolist()
        raise ValueError(
            f"{name} holds {array[tuple(index)]} at {index}: no loss and no gradient can be computed "
            f"from that. {len(wrong)} of {array.size} entries are infinite or NaN.")


def _loss_value(value):
    array, kind = _floats(value, "value, the loss that your code computed,")
    if array.size != 1:
        raise ValueError(
            f"value is the loss that your code computed, one number; this has the shape {array.shape}. "
            "If it holds the losses of the examples, take their mean or sum.")
    return array.reshape(()), kind


# The network.


def _network(layers):
    """Returns the layers as the description has them, and the arrays of them by name."""
    if not isinstance(layers, list) or not layers:
        raise ValueError('layers is a list such as [("linear", W1, b1), "relu", ("linear", W2, b2)].')
    described, tensors = [], {}
    for index, layer in enumerate(layers):
        if isinstance(layer, str):
            layer = (layer,)
        if not isinstance(layer, (tuple, list)) or not layer or not isinstance(layer[0], str):
            raise ValueError(
                f'Layer {index} is {type(layer).__name__}, and not a name such as "relu" or a tuple such '
                'as ("linear", W, b).')
        kind = _known(f"layer {index}", layer[0], LAYERS)
        entry, arrays = _layer(index, kind, list(layer[1:]))
        described.append(entry if len(entry) > 1 else kind)
        tensors.update(arrays)
    return described, tensors


def _layer(index, kind, rest):
    """Returns the entry of a layer in the description, and its arrays by name."""
    where = f'Layer {index}, "{kind}",'
    settings = rest.pop() if rest and isinstance(rest[-1], dict) else {}
    arrays = {}

    def demand(claim, wanted):
        if not claim:
            raise ValueError(f"{where} is to be {wanted}.")

    if kind == "linear":
        demand(1 <= len(rest) <= 2 and not settings, '("linear", W) or ("linear", W, b)')
        arrays = dict(zip(["weight", "bias"], rest))
    elif kind == "conv2d":
        form = '("conv2d", K), ("conv2d", K, b) or ("conv2d", K, b, {"stride": 1, "padding": 0})'
        demand(1 <= len(rest) <= 2 and settings.keys() <= {"stride", "padding"}, form)
        arrays = dict(zip(["weight", "bias"], rest))
        settings = {"stride": 1, "padding": 0, **settings}
    elif kind == "batch norm":
        form = '("batch norm", gamma, beta) or ("batch norm", gamma, beta, {"epsilon": 1e-5})'
        demand(len(rest) == 2 and settings.keys() <= {"epsilon"}, form)
        arrays = dict(zip(["weight", "bias"], rest))
        settings = {"epsilon": _number(where, "epsilon", settings.get("epsilon", 1e-5))}
    elif kind == "dropout":
        form = '("dropout", mask), with the mask as it was multiplied: 0, or 1/(1 - p)'
        demand(len(rest) == 1 and not settings, form)
        arrays = {"mask": rest[0]}
    elif kind == "leaky relu":
        demand(len(rest) == 1 and not settings, '("leaky relu", 0.01), with its slope below 0')
        settings = {"slope": _number(where, "the slope", rest[0])}
    elif kind == "maxpool2d":
        form = '("maxpool2d", 2) or ("maxpool2d", {"size": 2, "stride": 2, "padding": 0})'
        if len(rest) == 1 and not settings:
            settings = {"size": rest.pop()}
        keys = settings.keys()
        demand(not rest and "size" in keys and keys <= {"size", "stride", "padding"}, form)
        settings = {"stride": settings["size"], "padding": 0, **settings}
    else:
        demand(not rest and not settings, f'"{kind}", without arrays and settings')
    for name in ("size", "stride", "padding"):
        if name in settings:
            settings[name] = _whole_pair(where, name, settings[name])
    tensors = {}
    for name, value in arrays.items():
        if value is None and name == "bias":
            continue
        tensor = _floats(value, f"{index}.{name}")
        axes = {"linear": 2, "conv2d": 4}.get(kind)
        if name == "weight" and axes and tensor[0].ndim != axes:
            raise ValueError(
                f"{index}.weight has the shape {tensor[0].shape}; the weight of {kind} has {axes} axes.")
        if tensor[0].size == 0:
            raise ValueError(f"{index}.{name} has the shape {tensor[0].shape}: it is empty.")
        tensors[f"{index}.{name}"] = tensor
    return {"kind": kind, **settings}, tensors


def _gradients(grads, parameters):
    """Returns the gradients by the names of their parameters, whose shapes are given."""
    names = list(parameters)
    wanted = ", ".join(f"{name} {list(shape)}" for name, shape in parameters.items())
    if isinstance(grads, dict):
        unknown = [name for name in grads if name not in parameters]
        if unknown:
            raise ValueError(f"grads has {unknown[0]!r}. The parameters are: {wanted}.")
        return grads
    if not isinstance(grads, (list, tuple)):
        raise ValueError(f"grads is to be a list with a gradient for each of these: {wanted}.")
    if len(grads) != len(names):
        raise ValueError(
            f"grads holds {len(grads)}, and the arrays of parameters are {len(names)}, in this order: "
            f"{wanted}. Put None where you have no gradient.")
    if all(gradient is not None for gradient in grads):
        pairs = zip(names, grads)
        sizes = [_array(gradient, f"the gradient of {name}")[0].size for name, gradient in pairs]
        own = [math.prod(shape) for shape in parameters.values()]
        if sizes == own or sorted(sizes) != sorted(own):
            return dict(zip(names, grads))
        raise ValueError(f"The gradients come in another order than the parameters: {wanted}.")
    return dict(zip(names, grads))


# Words and numbers of the description.


def _known(what, word, words):
    if isinstance(word, str) and word in words:
        return word
    known = ", ".join(f'"{w}"' for w in words)
    near = difflib.get_close_matches(word.lower(), words, 1) if isinstance(word, str) else []
    guess = f' Do you mean "{near[0]}"?' if near else ""
    raise ValueError(f"{what[0].upper()}{what[1:]} is {word!r}, which certify does not know.{guess} "
                     f"It knows {known}.")


def _number(where, what, value):
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f"{where} has {what} {value!r}, which is no finite number.")
    return number


def _whole_pair(where, what, value):
    """Returns a whole number, or a list of two: vertical and horizontal."""
    if what == "padding" and value == "valid":
        return value
    least = 0 if what == "padding" else 1
    pair = list(value) if isinstance(value, (tuple, list)) else [value]
    whole = all(isinstance(v, (int, np.integer)) and type(v) is not bool and v >= least for v in pair)
    if not whole or len(pair) > 2 or not pair:
        raise ValueError(
            f"{where} has the {what} {value!r}: wanted is a whole number from {least}, or two of them, "
            "vertical and horizontal.")
    return int(pair[0]) if len(set(pair)) == 1 else [int(v) for v in pair]


def _l2(l2):
    if not isinstance(l2, dict):
        return _number("The loss", "the l2", l2)
    if not {"lambda"} <= l2.keys() <= {"lambda", "factor"}:
        raise ValueError('l2 is a number, or {"lambda": 0.01, "factor": 0.5}.')
    return {key: _number("l2", key, number) for key, number in l2.items()}


# The file.


def _path(path):
    path = os.fspath(path)
    if not path.endswith((".npz", ".safetensors")):
        raise ValueError(
            f"{path!r} is to end with .npz or .safetensors: the end says how it is written.")
    return path


def _write(path, tensors, description):
    folder = os.path.dirname(path)
    if folder and not os.path.isdir(folder):
        raise FileNotFoundError(f"There is no folder {folder!r} for {path!r}.")
    part = f"{path}.{os.getpid()}.part"
    try:
        with open(part, "xb") as file:
            (_write_npz if path.endswith(".npz") else _write_safetensors)(file, tensors, description)
        os.replace(part, path)
    finally:
        if os.path.exists(part):
            os.remove(part)


def _write_npz(file, tensors, description):
    for name, (_, kind) in tensors.items():
        if kind == "BF16":
            raise ValueError(
                f"{name} is bfloat16, which .npz cannot hold: let the name of the file end with "
                ".safetensors.")
    arrays = {name: array for name, (array, _) in tensors.items()}
    words = np.frombuffer(description.encode("utf-8"), dtype=np.uint8)
    np.savez(file, **arrays, description=words)


def _write_safetensors(file, tensors, description):
    header, end, blocks = {"__metadata__": {"description": description}}, 0, []
    # In this order each array begins at a multiple of its width.
    widest_first = sorted(tensors.items(), key=lambda item: (-item[1][0].itemsize, item[0]))
    for name, (array, kind) in widest_first:
        block = array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes(order="C")
        span = [end, end + len(block)]
        header[name] = {"dtype": kind, "shape": list(array.shape), "data_offsets": span}
        blocks.append(block)
        end = span[1]
    text = json.dumps(header).encode("utf-8")
    text += b" " * (-len(text) % 8)
    file.write(struct.pack("<Q", len(text)) + text)
    for block in blocks:
        file.write(block)


# PyTorch.


def save_torch(path, model, x, y, loss_fn, loss, *, masks=None, l2=None, precision=None):
    """Writes a gradient file of a torch.nn.Sequential.

    Call it after loss.backward() and before the optimiser's step.

    model    an nn.Sequential, also nested, of Linear, ReLU, LeakyReLU, Tanh, Sigmoid, Softmax, Identity,
             Conv2d, MaxPool2d, Flatten, BatchNorm1d and BatchNorm2d in training mode, Dropout, and a
             LogSoftmax at its end with NLLLoss
    x, y     what the model and the loss were given
    loss_fn  an nn.MSELoss, L1Loss, BCELoss, BCEWithLogitsLoss, CrossEntropyLoss or NLLLoss
    loss     what it returned
    masks    {index: mask} for each Dropout in training mode, with its index among the layers
    l2       as in save, if your loss has such a term. Weight decay of an optimiser is no part of the loss

    Gradients are taken from the attributes grad of the parameters, and of x where it requires one.
    """
    import torch

    modules = _flattened(model, torch)
    name, reduction = _torch_loss(loss_fn, y, torch)
    if type(modules[-1]) is torch.nn.LogSoftmax:
        if name != "nll":
            raise ValueError("The model ends with LogSoftmax, which belongs before NLLLoss.")
        _demand_rows(modules.pop(), axes=2)
        name = "cross-entropy"
    elif name == "nll":
        raise ValueError("NLLLoss belongs behind a LogSoftmax, with which the model does not end.")
    elif name == "cross-entropy" and type(modules[-1]) is torch.nn.Softmax:
        raise ValueError(
            "The model ends with Softmax, and CrossEntropyLoss takes logits: so the softmax is taken "
            "twice. Leave the last layer out.")
    layers, grads, axes, width = _torch_layers(modules, x, dict(masks or {}), torch)
    if name == "cross-entropy" and axes != 2:
        raise ValueError(
            f"The outputs have {axes} axes; certify knows cross-entropy of outputs [examples, classes].")
    if name != "cross-entropy" and width and tuple(y.shape) != (x.shape[0], width):
        raise ValueError(
            f"y has the shape {list(y.shape)} and the outputs have {[x.shape[0], width]}. PyTorch "
            f"broadcasts them, so each output is compared with more than its own target: take "
            f"y.reshape({x.shape[0]}, {width}).")
    if x.requires_grad and x.grad is None:
        raise ValueError("x requires a gradient and has none: call loss.backward() before saving.")
    has_kernels = any(layer[0] == "conv2d" for layer in layers)
    save(path, x, y, loss=name, value=loss, layers=layers, grads=grads, reduction=reduction,
         layout="out,in", examples="rows", images="NCHW" if x.dim() == 4 else None,
         kernels="out,in,height,width" if has_kernels else None, l2=l2,
         x_grad=x.grad if x.requires_grad else None, precision=precision)


def _flattened(model, torch):
    modules = []
    for module in model if isinstance(model, torch.nn.Sequential) else [model]:
        if isinstance(module, torch.nn.Sequential):
            modules += _flattened(module, torch)
        else:
            modules.append(module)
    if not modules:
        raise ValueError("The model has no layers.")
    parameters = [id(p) for module in modules for p in module.parameters()]
    if len(set(parameters)) < len(parameters):
        raise ValueError(
            "Two layers of the model are one and have one gradient together, which cannot be divided.")
    return modules


def _torch_loss(loss_fn, y, torch):
    """Returns the name and the reduction of a loss."""
    nn, functional = torch.nn, torch.nn.functional
    modules = {
        nn.MSELoss: "mse", nn.L1Loss: "mae", nn.BCELoss: "bce",
        nn.BCEWithLogitsLoss: "bce-with-logits", nn.CrossEntropyLoss: "cross-entropy", nn.NLLLoss: "nll"}
    functions = {
        functional.mse_loss: "mse", functional.l1_loss: "mae", functional.binary_cross_entropy: "bce",
        functional.binary_cross_entropy_with_logits: "bce-with-logits",
        functional.cross_entropy: "cross-entropy", functional.nll_loss: "nll"}
    if not isinstance(loss_fn, nn.Module) and loss_fn in functions:
        return functions[loss_fn], "mean"
    if type(loss_fn) not in modules:
        known = ", ".join(kind.__name__ for kind in modules)
        raise ValueError(
            f"loss_fn is {loss_fn!r}, which certify does not know. It knows objects such as nn.MSELoss(), "
            f"of the classes {known}.")
    named = type(loss_fn).__name__
    for extra in ("weight", "pos_weight"):
        if getattr(loss_fn, extra, None) is not None:
            raise ValueError(f"{named} has {extra}, which a gradient file cannot say.")
    if getattr(loss_fn, "label_smoothing", 0):
        raise ValueError(f"{named} has label_smoothing, which a gradient file cannot say: save the "
                         "smoothed probabilities as y and take a CrossEntropyLoss without it.")
    ignored = getattr(loss_fn, "ignore_index", None)
    if ignored is not None and not y.is_floating_point() and bool((y == ignored).any()):
        raise ValueError(
            f"y has {ignored}, which {named} leaves out: leave these examples out of the batch.")
    if loss_fn.reduction not in ("mean", "sum"):
        raise ValueError(f"{named} has reduction={loss_fn.reduction!r}; certify knows 'mean' and 'sum'.")
    return modules[type(loss_fn)], loss_fn.reduction


def _demand_rows(module, axes):
    if module.dim not in (1, -1) or axes != 2:
        raise ValueError(f"{module}: certify knows it over the outputs of each example, with dim=1.")


def _torch_layers(modules, x, masks, torch):
    """Returns the layers and gradients as save takes them, and the axes of the outputs and their number.

    The number of outputs is None where it is not known.
    """
    nn = torch.nn
    plain = {nn.ReLU: "relu", nn.Tanh: "tanh", nn.Sigmoid: "sigmoid", nn.Identity: "identity"}
    layers, grads, axes, width = [], [], x.dim(), x.shape[1] if x.dim() == 2 else None
    for index, module in enumerate(modules):
        kind, refusal = type(module), None
        if kind in plain:
            layers.append(plain[kind])
        elif kind is nn.LeakyReLU:
            layers.append(("leaky relu", module.negative_slope))
        elif kind is nn.Softmax:
            _demand_rows(module, axes)
            layers.append("softmax")
        elif kind is nn.Linear:
            refusal = "takes rows, [examples, inputs]" if axes != 2 else None
            layers.append(("linear", module.weight, module.bias))
            width = module.out_features
        elif kind is nn.Conv2d:
            layers.append(("conv2d", module.weight, module.bias, _torch_conv(module)))
        elif kind is nn.MaxPool2d:
            if module.dilation not in (1, (1, 1)) or module.ceil_mode or module.return_indices:
                refusal = "is known without dilation, ceil_mode and return_indices"
            sizes = {"size": module.kernel_size, "stride": module.stride, "padding": module.padding}
            layers.append(("maxpool2d", sizes))
        elif kind is nn.Flatten:
            if (module.start_dim, module.end_dim) != (1, -1):
                refusal = "is known from axis 1 to -1"
            layers.append("flatten")
            width = None if axes != 2 else width
            axes = 2
        elif kind in (nn.BatchNorm1d, nn.BatchNorm2d):
            if not module.training and module.running_mean is not None:
                refusal = "is in evaluation mode, and certify knows it in training mode: model.train()"
            if axes == 3:
                refusal = "takes rows or images, and no sequences"
            ones = torch.ones(module.num_features, dtype=x.dtype)
            gamma = ones if module.weight is None else module.weight
            beta = 0 * ones if module.bias is None else module.bias
            layers.append(("batch norm", gamma, beta, {"epsilon": module.eps}))
        elif kind is nn.Dropout and (not module.training or module.p == 0):
            layers.append("identity")
        elif kind is nn.Dropout:
            if index not in masks:
                refusal = (
                    "drew a mask that nobody kept. Multiply by a mask of your own in its place and hand "
                    f"it over as masks={{{index}: mask}}, or call model.eval()")
            layers.append(("dropout", masks.pop(index, None)))
        else:
            refusal = (
                "is a layer that certify does not know. It knows an nn.Sequential of Linear, Conv2d, "
                "MaxPool2d, Flatten, BatchNorm1d, BatchNorm2d, Dropout, ReLU, LeakyReLU, Tanh, Sigmoid, "
                "Softmax and Identity. If yours computes one of these, write it down for certify.save")
        if refusal:
            raise ValueError(f"Layer {index}, {module}, {refusal}.")
        if kind in (nn.Linear, nn.Conv2d, nn.BatchNorm1d, nn.BatchNorm2d):
            grads += _torch_grads(index, module, kind)
    if masks:
        raise ValueError(f"masks has {sorted(masks)[0]}, which is no Dropout in training mode.")
    return layers, grads, axes, width if axes == 2 else None


def _torch_conv(module):
    if module.groups != 1 or module.dilation != (1, 1) or module.padding_mode != "zeros":
        raise ValueError(
            f"{module}: certify knows it without groups and dilation, with a padding of zeros.")
    padding = module.padding
    if padding == "same":
        if any(size % 2 == 0 for size in module.kernel_size):
            raise ValueError(f"{module}: certify knows padding='same' where the kernel's sizes are odd.")
        padding = [size // 2 for size in module.kernel_size]
    return {"stride": module.stride, "padding": padding}


def _torch_grads(index, module, kind):
    """Returns the gradients of a layer, None where a parameter is not trained."""
    grads = []
    is_norm = kind.__name__.startswith("BatchNorm")
    for name in ("weight", "bias"):
        parameter = getattr(module, name)
        if parameter is None:
            grads += [None] if is_norm else []
            continue
        if parameter.requires_grad and parameter.grad is None:
            raise ValueError(f"{index}.{name} has no gradient: call loss.backward() before saving.")
        grads.append(parameter.grad if parameter.requires_grad else None)
    return grads


if __name__ == "__main__":
    print(__doc__.strip())
    sys.exit(0 if sys.argv[1:] in ([], ["-h"], ["--help"]) else 64)
