"""Random networks for scripts/try-certify, and the mistakes that are planted in their gradients."""

import dataclasses

import numpy as np

import certify_networks
from certify_networks import Layer, Network

ACTIVATIONS = ["relu", "leaky relu", "tanh", "sigmoid"]
SQUARES = ["mse", "half-mse", "mae"]
LOSSES = SQUARES + ["bce", "bce-with-logits", "cross-entropy"]


# Random networks.


def activation(kind, rng):
    return Layer(kind, slope=[0.01, 0.1, 0.25][rng.integers(3)] if kind == "leaky relu" else 0.0)


def chosen(rng, choices):
    return choices[rng.integers(len(choices))]


def ending(rng, loss, outputs):
    """Returns the layers between the last linear layer and the loss."""
    if loss == "bce":
        return [Layer("sigmoid")]
    if loss == "cross-entropy" and rng.random() < 0.3:
        return [Layer("softmax")]
    if loss in SQUARES and rng.random() < 0.4:
        kinds = ["tanh", "sigmoid", "relu"] + (["softmax"] if outputs > 1 else [])
        return [Layer(chosen(rng, kinds))]
    return []


def targets(rng, loss, n, outputs, is_soft=False):
    """Returns targets, [n, outputs]."""
    if loss in SQUARES:
        return rng.normal(0, 1, (n, outputs))
    if loss == "cross-entropy":
        if is_soft:
            return rng.dirichlet(np.ones(outputs), n)
        return np.eye(outputs)[rng.integers(0, outputs, n)]
    return rng.random((n, outputs)) if is_soft else rng.integers(0, 2, (n, outputs)).astype(float)


def linear(rng, inputs, outputs, has_bias=True, gain=1.0):
    weight = rng.normal(0, gain / np.sqrt(inputs), (outputs, inputs))
    return Layer("linear", weight, rng.normal(0, 0.3, outputs) if has_bias else None)


def distinct(rng, how_many, least=3, most=9):
    """Returns whole numbers that all differ."""
    return [int(v) for v in rng.choice(np.arange(least, most + 1), how_many, replace=False)]


def dense(rng, sizes, n, *, kinds=None, loss=None, reduction=None, norm=False, dropout=False, penalty=None,
          has_bias=True, gain=1.0, last=None, is_soft=False):
    """Draws a network of linear layers with the given sizes, from the inputs to the outputs.

    kinds    the activations between them, drawn if None
    last     the layers behind the last linear one, drawn if None
    """
    loss = loss or chosen(rng, LOSSES if sizes[-1] > 1 else SQUARES + ["bce", "bce-with-logits"])
    layers = []
    for index, (inputs, outputs) in enumerate(zip(sizes, sizes[1:])):
        layers.append(linear(rng, inputs, outputs, has_bias, gain))
        if index == len(sizes) - 2:
            break
        if norm:
            layers.append(Layer("batch norm", rng.normal(1, 0.2, outputs), rng.normal(0, 0.2, outputs)))
        layers.append(activation(kinds[index] if kinds else chosen(rng, ACTIVATIONS), rng))
        if dropout:
            kept = rng.random((n, outputs)) < 0.7
            kept[0, 0], kept[-1, -1] = True, False
            layers.append(Layer("dropout", mask=kept / 0.75))
    layers += ending(rng, loss, sizes[-1]) if last is None else last
    return Network(
        layers, rng.normal(0, 1, (n, sizes[0])), targets(rng, loss, n, sizes[-1], is_soft), loss,
        reduction or chosen(rng, ["mean", "mean", "mean over examples", "sum"]), penalty or 0.0)


def convolutional(rng, n, *, depth=None, pool=None, norm=False, loss=None, reduction=None, stride=None,
                  small=False):
    """Draws a network of convolutions with flatten and one or two linear layers behind them."""
    depth = depth or int(rng.integers(1, 3))
    pool = rng.random() < 0.6 if pool is None else pool
    channels = int(rng.integers(1, 3 if small else 4))
    high, wide = distinct(rng, 2, 6, 8 if small else 10)
    x = rng.normal(0, 1, (n, channels, high, wide))
    layers = []
    for index in range(depth):
        lengths = shape_behind(layers, x)[2:]
        size = tuple(min(int(v), length) for v, length in zip(rng.integers(2, 4, 2), lengths))
        filters = int(rng.integers(2, 4 if small else 5))
        weight = rng.normal(0, 1 / np.sqrt(channels * size[0] * size[1]), (filters, channels, *size))
        steps = stride or tuple(int(v) for v in (rng.integers(1, 3, 2) if index == 0 else (1, 1)))
        layers.append(Layer("conv2d", weight, rng.normal(0, 0.2, filters), stride=steps,
                            padding=tuple(int(v) for v in rng.integers(0, 2, 2))))
        channels = filters
        if norm:
            layers.append(Layer("batch norm", rng.normal(1, 0.2, filters), rng.normal(0, 0.2, filters)))
        layers.append(activation(chosen(rng, ACTIVATIONS), rng))
        if pool and index == depth - 1:
            shape = shape_behind(layers, x)
            size = tuple(min(int(rng.integers(2, 4)), length) for length in shape[2:])
            steps = tuple(int(rng.integers(1, length + 1)) for length in size)
            padding = tuple(int(rng.integers(0, length // 2 + 1)) for length in size)
            layers.append(Layer("maxpool2d", size=size, stride=steps, padding=padding))
    layers.append(Layer("flatten"))
    loss = loss or chosen(rng, ["cross-entropy", "cross-entropy", "mse", "bce-with-logits"])
    outputs = int(chosen(rng, [count for count in (2, 3, 4, 5) if count != n]))
    width = shape_behind(layers, x)[1]
    layers.append(linear(rng, width, outputs))
    layers += [] if loss in SQUARES else ending(rng, loss, outputs)
    return Network(
        layers, x, targets(rng, loss, n, outputs), loss,
        reduction or chosen(rng, ["mean", "mean", "mean over examples", "sum"]))


def shape_behind(layers, x):
    network = Network(layers, x, x, "mse")
    return certify_networks.forward(network)[-1].shape


# Mistakes.


@dataclasses.dataclass
class Kind:
    """A mistake: its name, how a network for it is drawn, where it can be, and what must be said of it."""
    name: str
    draw: object  # (rng) → Network
    sites: object  # (network, rng) → [(index of the layer, what else it needs)]
    cause: str  # a regular expression that the sentence on the cause has to match
    part: str  # "loss", "whole", "product" (of one layer's gradient) or "passed on" (to the layer below)
    least: float = 1e-3  # the change of some tensor, as a part of its largest entry
    single: bool = False  # whether the numbers have to be float32

    def first_wrong(self, network, index):
        """Returns the first layer with a wrong gradient, from the output backwards.

        What is wrong with the gradient that a layer passes on is seen first in the next layer below that
        has parameters. There is none for mistakes in all of the gradient.
        """
        if self.part == "whole":
            return None
        if self.part == "product":
            return index
        return [i for i in network.trained if i < index][-1]


def behind_the_last(network, rng):
    return [(len(network.layers), None)]


def throughout(network, rng):
    return [(certify_networks.EVERYWHERE, None)]


def with_parameters_below(*kinds):
    """Returns a function that finds layers of some kinds, with a layer below that has parameters."""
    def sites(network, rng):
        return [(i, None) for i, layer in enumerate(network.layers)
                if layer.kind in kinds and i > network.trained[0]]
    return sites


def of_kind(*kinds):
    def sites(network, rng):
        return [(i, None) for i, layer in enumerate(network.layers) if layer.kind in kinds]
    return sites


def with_bias(network, rng):
    return [(i, None) for i in network.trained
            if network.layers[i].bias is not None and network.layers[i].kind != "batch norm"]


def other_masks(network, rng):
    """Finds pairs of hidden ReLUs, which have the same width."""
    relus = [i for i, layer in enumerate(network.layers) if layer.kind == "relu"]
    hidden = [i for i in relus if i < network.trained[-1]]
    return [(i, j) for i in hidden for j in hidden if i != j]


def inputs_of_activations(network, rng):
    """Finds linear layers behind an activation, and the index of what went into that."""
    layers = network.layers
    return [(i, i - 1) for i in network.trained
            if layers[i].kind == "linear" and i > 0 and layers[i - 1].kind in ACTIVATIONS]


def batches_as_inputs(network, rng):
    shape = network.x.shape[1]
    return [(i, 0) for i in network.trained
            if i > 0 and network.layers[i].kind == "linear" and network.layers[i].weight.shape[1] == shape]


def squares(network, rng):
    return [(i, None) for i in network.trained
            if network.layers[i].kind == "linear" and len(set(network.layers[i].weight.shape)) == 1]


def squares_above(network, rng):
    return [(i, other) for i, other in squares(network, rng) if i > network.trained[0]]


def oblongs(network, rng):
    return [(i, None) for i in network.trained
            if network.layers[i].kind == "linear" and len(set(network.layers[i].weight.shape)) == 2]


def two_entries(network, rng):
    found = []
    for i in network.trained:
        if network.layers[i].kind in ("linear", "conv2d"):
            pair = rng.choice(network.layers[i].weight.size, 2, replace=False)
            found.append((i, (int(pair[0]), int(pair[1]))))
    return found


def with_a_step(network, rng):
    return [(i, 0.5) for i in network.trained[1:] if network.layers[i].kind != "batch norm"]


def clip(network, rng):
    found = certify_networks.gradient(network)
    norm = np.sqrt(sum((array.astype(float) ** 2).sum() for key, array in found.items() if key != "x"))
    return [(certify_networks.EVERYWHERE, limit) for limit in (0.1, 0.5, 1.0) if limit < 0.9 * norm]


def some_dense(**settings):
    """Returns a function that draws a network of two to four linear layers, with sizes that all differ."""
    def draw(rng):
        sizes = distinct(rng, int(rng.integers(3, 6)) + 1)
        return dense(rng, sizes[1:], sizes[0], **{
            key: value(rng) if callable(value) else value for key, value in settings.items()})
    return draw


def square(**settings):
    """The same with hidden layers of one size, which the inputs have as well."""
    def draw(rng):
        n, width, outputs = distinct(rng, 3)
        sizes = [width] * int(rng.integers(3, 5)) + [outputs]
        return dense(rng, sizes, n, **settings)
    return draw


def some_cnn(**settings):
    def draw(rng):
        return convolutional(rng, int(rng.integers(3, 6)), small=True, **settings)
    return draw


def either(*draws):
    return lambda rng: chosen(rng, draws)(rng)


def activations(*kinds):
    return lambda rng: [chosen(rng, kinds) for _ in range(6)]


def averaged(rng):
    return chosen(rng, ["mean", "mean over examples"])


def overflowing(rng):
    """Draws a network with logits that are too large for the exponential of float32."""
    network = some_dense(loss="cross-entropy", last=[], kinds=lambda rng: ["tanh"] * 6)(rng)
    network.layers[-1].weight *= 150 / np.abs(certify_networks.forward(network)[-1]).max()
    return network


def with_pool_above_parameters(rng):
    return some_cnn(pool=True)(rng)


MEAN = dict(reduction=averaged)
CURVED = dict(kinds=activations("tanh", "sigmoid"))
DECAY = dict(penalty=lambda rng: chosen(rng, [0.01, 0.05, 0.2]))
PASSED = "passed on"

KINDS = [
    # In the derivative of the loss.
    Kind("mean-missing", either(some_dense(**MEAN), some_cnn(reduction="mean")), behind_the_last,
         "not divided by|divided neither", "loss"),
    Kind("mean-twice", either(some_dense(**MEAN), some_cnn(reduction="mean")), behind_the_last,
         "once too often|twice", "loss"),
    Kind("outputs-divided-too", some_dense(
        loss=lambda rng: chosen(rng, ["mse", "half-mse", "mae", "bce-with-logits"]), last=[],
        reduction="mean over examples"), behind_the_last, "number of outputs", "loss"),
    Kind("factor-two", some_dense(loss="mse"), behind_the_last, "half|½|a 2 (too many|is missing)", "loss"),
    Kind("sign-flipped", either(some_dense(), some_cnn()), behind_the_last, "sign", "loss"),
    Kind("labels-shifted", either(some_dense(), some_cnn(loss="cross-entropy")), behind_the_last,
         "shifted", "loss"),
    Kind("example-dropped", either(some_dense(), some_cnn()), behind_the_last,
         "example .*left out|example .*missing", "loss"),
    Kind("sigmoid-derivative-extra", some_dense(loss=lambda rng: chosen(rng, ["bce", "bce-with-logits"])),
         behind_the_last, "derivative of the sigmoid", "loss"),
    Kind("overflow", overflowing, behind_the_last, "finite|overflow|NaN", "whole", single=True),
    # In what an activation passes on.
    Kind("jacobian-diagonal", either(
        some_dense(loss="cross-entropy", last=[Layer("softmax")]),
        some_dense(loss="mse", last=[Layer("softmax")])), with_parameters_below("softmax"),
        "diagonal", PASSED),
    Kind("derivative-forgotten", some_dense(**CURVED), with_parameters_below("tanh", "sigmoid"),
         "derivative .*missing|without its derivative", PASSED),
    Kind("derivative-at-output", some_dense(**CURVED), with_parameters_below("tanh", "sigmoid"),
         "taken at", PASSED),
    Kind("tanh-unsquared", some_dense(kinds=activations("tanh")), with_parameters_below("tanh"),
         "1 − h", PASSED),
    Kind("mask-missing", either(some_dense(kinds=activations("relu")), some_dense(
        kinds=activations("leaky relu"))), with_parameters_below("relu", "leaky relu"),
        "(mask|derivative) .*missing", PASSED),
    Kind("mask-inverted", some_dense(kinds=activations("relu", "leaky relu")),
         with_parameters_below("relu", "leaky relu"), "inverted", PASSED),
    Kind("mask-of-another-layer", square(kinds=["relu"] * 6), other_masks, "mask .*from|mask of",
         PASSED),
    Kind("slope-forgotten", some_dense(kinds=activations("leaky relu")), with_parameters_below("leaky relu"),
         "that of ReLU|slope", PASSED),
    Kind("upstream-ignored", some_dense(kinds=activations("leaky relu")),
         with_parameters_below("leaky relu"), "arrives|slope", PASSED),
    # In what a product, a window, a mask or a norm passes on.
    Kind("weight-transposed", square(), squares_above, "transposed", PASSED),
    Kind("after-the-step", either(some_dense(), some_cnn(depth=2)), with_a_step, "updated|step", PASSED),
    Kind("kernel-turned", some_cnn(depth=2), with_parameters_below("conv2d"), "turned", PASSED),
    Kind("overlaps-assigned", some_cnn(depth=2), with_parameters_below("conv2d"), "overlap", PASSED),
    Kind("pool-to-all", with_pool_above_parameters, with_parameters_below("maxpool2d"), "window", PASSED),
    Kind("mask-forgotten", some_dense(dropout=True), with_parameters_below("dropout"), "mask .*missing",
         PASSED),
    Kind("statistics-constant", either(some_dense(norm=True), some_cnn(norm=True)),
         with_parameters_below("batch norm"), "constant|sums are missing", PASSED),
    # In the gradient of one layer's weights or bias.
    Kind("weight-gradient-transposed", square(), squares, "transposed", "product"),
    Kind("weight-gradient-of-transposed-shape", some_dense(), oblongs, "transposed", "product"),
    Kind("before-activation", some_dense(), inputs_of_activations, "made with|not with what", "product"),
    Kind("batch-for-activation", square(), batches_as_inputs, "batch", "product"),
    Kind("kernel-gradient-turned", some_cnn(), of_kind("conv2d"), "turned", "product"),
    Kind("entries-exchanged", either(some_dense(), some_cnn()), two_entries, "entries|exchanged", "product"),
    Kind("bias-mean", either(some_dense(), some_cnn()), with_bias, "bias.*divided by|bias.*mean", "product"),
    Kind("bias-scalar", either(some_dense(), some_cnn()), with_bias, "one number", "product"),
    Kind("bias-from-weights", either(some_dense(), some_cnn()), with_bias, "that of the weights", "product"),
    Kind("bias-not-summed", some_dense(), with_bias, "sum over the examples|row for each", "product"),
    Kind("bias-sign", either(some_dense(), some_cnn()), with_bias, "sign", "product"),
    # In all of the gradient.
    Kind("zero-grad-forgotten", either(some_dense(), some_cnn()), throughout, "twice", "whole"),
    Kind("clipped", either(some_dense(), some_cnn()), clip, "clipped", "whole"),
    Kind("l2-missing", some_dense(**DECAY), throughout, "penalty .*missing|L2 .*missing", "whole"),
    Kind("l2-doubled", some_dense(**DECAY), throughout, "penalty .*twice|L2 .*twice", "whole"),
    Kind("l2-on-biases", some_dense(**DECAY), throughout, "biases", "whole"),
    Kind("half-precision", either(some_dense(), some_cnn()), throughout, "2⁻¹¹|11 bits|half precision",
         "whole", least=1e-4, single=True),
]


def planted(kind, rng, type_):
    """Draws a network and plants a mistake that changes its gradient.

    Returns the network, the mistaken gradient, the names of the tensors that are wrong, the first layer
    that has a wrong one, from the output backwards, and the layer of the mistake.
    """
    type_ = np.float32 if kind.single else type_
    for _ in range(1000):
        network = kind.draw(rng).converted(type_)
        network.fused = bool(rng.integers(2)) or kind.name == "sigmoid-derivative-extra"
        if kind.name == "overflow":
            network.order = "blas"
        sites = kind.sites(network, rng)
        if not sites:
            continue
        index, also = chosen(rng, sites)
        right = certify_networks.gradient(network)
        wrong = certify_networks.gradient(network, (kind.name, index), also)
        if not np.isfinite(certify_networks.loss_of(network)):
            continue
        if not all(np.isfinite(array).all() for array in right.values()) or is_on_a_kink(network, right):
            continue
        changed = differences(right, wrong)
        changed.pop("x")
        if max(changed.values()) > kind.least:
            names = [name for name, part in changed.items() if part > kind.least / 10]
            return network, wrong, names, kind.first_wrong(network, index), index
    raise RuntimeError(f"no network was found in which {kind.name} changes a gradient")


def is_on_a_kink(network, right):
    """Whether another derivative where there is none would change the gradient: then a mistake may hide."""
    other = dataclasses.replace(network, at_zero=0.5, split_ties=True)
    changed = differences(right, certify_networks.gradient(other))
    return max(changed.values()) > 1e-4


def differences(right, wrong):
    """Returns for each tensor the largest change, as a part of its largest entry.

    Where all that is in a tensor is rounding, as in a bias before batch norm, that part means nothing. So
    no entry counts as smaller than a part of 10⁻⁴ of the largest one of all tensors.
    """
    least = 1e-4 * max(float(np.abs(array).max()) for array in right.values())
    found = {}
    for name, array in right.items():
        if wrong[name].shape != array.shape:
            found[name] = np.inf
            continue
        largest = max(float(np.abs(array).max()), least)
        change = float(np.abs(wrong[name].astype(float) - array).max())
        found[name] = np.inf if np.isnan(change) else change / largest
    return found
