"""Networks with examples for them, and what NumPy makes of them by the chain rule.

A weight matrix is [in, out], rows of x and y are examples.
"""

import itertools
import math
import random

import numpy as np

LOSSES = ["half squared error", "binary cross-entropy", "cross-entropy"]

def drawn_sizes(rng, depth, loss):
    fewest = 2 if loss == "cross-entropy" else 1
    sizes = rng.sample(range(2, 9), depth) + [rng.randrange(fewest, 9)]
    while sizes[-1] in sizes[:-1]:
        sizes[-1] = rng.randrange(fewest, 9)
    return sizes


def drawn_subject(rng, curves, loss, n=None, soft=False, last_scale=1.0, sizes=None):
    """Returns a network with examples for it. No two sizes are equal, and no bias is zero."""
    depth = len(curves) + 1
    sizes = sizes or drawn_sizes(rng, depth, loss)
    n = n or rng.choice([n for n in range(2, 13) if n not in sizes])
    parameters = []
    for layer, (fan_in, fan_out) in enumerate(itertools.pairwise(sizes)):
        scale = last_scale if layer == depth - 1 else 1.0
        parameters.append(drawn(rng, [fan_in, fan_out], scale / math.sqrt(fan_in)))
        parameters.append(drawn(rng, [fan_out], 0.5))
    subject = {
        "curves": curves,
        "loss": loss,
        "x": drawn(rng, [n, sizes[0]]),
        "y": drawn_targets(rng, loss, n, sizes[-1], soft),
        "parameters": parameters,
    }
    return {"name": name_of(subject, sizes, n, soft, last_scale), **subject}


def name_of(subject, sizes, n, soft, last_scale):
    """Returns what a failing test calls the subject."""
    hidden = [f"{size} {curve}" for size, curve in zip(sizes[1:], subject["curves"])]
    arrows = " → ".join([str(sizes[0]), *hidden, str(sizes[-1])])
    marks = ", soft targets" * soft + ", large logits" * (last_scale > 1)
    return f"{arrows}, n = {n}, {subject['loss']}{marks}"


def drawn(rng, shape, deviation=1.0):
    """Returns normal numbers of a few digits, so that a person can read them; none is zero."""
    values = []
    while len(values) < math.prod(shape):
        value = round(rng.gauss(0, deviation), 3)
        values += [value] if value != 0 else []
    return np.array(values).reshape(shape)


def drawn_targets(rng, loss, n, outputs, soft):
    if loss == "half squared error":
        return drawn(rng, [n, outputs])
    if loss == "binary cross-entropy":
        return np.array(
            [[rng.randrange(65) / 64 if soft else float(rng.randrange(2)) for _ in range(outputs)]
             for _ in range(n)])
    if not soft:
        return np.eye(outputs)[[rng.randrange(outputs) for _ in range(n)]]
    # Shares of 64, whose sum is 1 without rounding.
    cuts = [sorted(rng.randrange(65) for _ in range(outputs - 1)) for _ in range(n)]
    return np.array([np.diff([0, *cut, 64]) / 64 for cut in cuts])


def telling_subject(seed, *arguments, **options):
    """Draws until every curve is met on both sides of zero and never near it, and every unit has a
    slope. Where a unit is silent, its weights could be anything."""
    for attempt in itertools.count():
        subject = drawn_subject(random.Random(f"{seed}/{attempt}"), *arguments, **options)
        net = NumPyNetwork(subject)
        sums = [np.array(z) for z in zip(*(net.forward(x)[1] for x in subject["x"]))][:-1]
        both_sides = all((z > 0.01).any() and (z < -0.01).any() for z in sums)
        no_corner = all((abs(z) > 1e-6).all() for z in sums)
        _, gradient = net.loss_and_gradient(subject["x"], subject["y"])
        if both_sides and no_corner and all((abs(slope) > 1e-3).all() for slope in gradient[1::2]):
            return subject


# NumPy: an example at a time, by the chain rule. The formulas are, where there is a choice, others
# than those of the chapters.


def sigmoid(z):
    return np.exp(-np.logaddexp(0, -z))


NUMPY_CURVES = {
    "identity": (lambda z: z, lambda z: np.ones_like(z)),
    "relu": (lambda z: np.maximum(z, 0), lambda z: np.heaviside(z, 0)),
    "leaky relu": (lambda z: np.where(z > 0, z, 0.01 * z), lambda z: np.where(z > 0, 1, 0.01)),
    "tanh": (np.tanh, lambda z: 1 / np.cosh(z) ** 2),
    "sigmoid": (sigmoid, lambda z: sigmoid(z) * sigmoid(-z)),
    "square": (lambda z: z * z, lambda z: 2 * z),
}

# For one example: what the network says, what it costs, and the slope of the cost in the logits.
NUMPY_LOSSES = {
    "half squared error": (
        lambda z: z, lambda z, y: ((z - y) ** 2).sum() / 2, lambda z, y: z - y),
    "binary cross-entropy": (
        sigmoid,
        lambda z, y: (y * np.logaddexp(0, -z) + (1 - y) * np.logaddexp(0, z)).sum(),
        lambda z, y: (1 - y) * sigmoid(z) - y * sigmoid(-z)),
    "cross-entropy": (
        lambda z: np.exp(z - np.logaddexp.reduce(z)),
        lambda z, y: -(y * (z - np.logaddexp.reduce(z))).sum(),
        lambda z, y: np.exp(z - np.logaddexp.reduce(z)) - y),
}


class NumPyNetwork:
    def __init__(self, subject):
        self.parameters = [p.copy() for p in subject["parameters"]]
        self.curves = [NUMPY_CURVES[name] for name in subject["curves"]]
        self.say, self.cost, self.cost_slope = NUMPY_LOSSES[subject["loss"]]

    def forward(self, x):
        """Returns what each layer received from one example, and what it added up."""
        received, sums = [x], []
        for layer in range(len(self.curves) + 1):
            w, b = self.parameters[2 * layer : 2 * layer + 2]
            sums.append(received[-1] @ w + b)
            if layer < len(self.curves):
                received.append(self.curves[layer][0](sums[-1]))
        return received, sums

    def prediction(self, xs):
        return np.array([self.say(self.forward(x)[1][-1]) for x in xs])

    def loss_and_gradient(self, xs, ys):
        loss, gradient = 0.0, [np.zeros_like(p) for p in self.parameters]
        for x, y in zip(xs, ys):
            received, sums = self.forward(x)
            loss += self.cost(sums[-1], y)
            delta = self.cost_slope(sums[-1], y)
            for layer in reversed(range(len(sums))):
                gradient[2 * layer] += np.outer(received[layer], delta)
                gradient[2 * layer + 1] += delta
                if layer > 0:
                    w, slope = self.parameters[2 * layer], self.curves[layer - 1][1]
                    delta = slope(sums[layer - 1]) * (w @ delta)
        return loss / len(xs), [slope / len(xs) for slope in gradient]


def numpy_slopes(net, subject):
    """Returns the loss of a network, its slopes in all parameters, and the answers."""
    loss, gradient = net.loss_and_gradient(subject["x"], subject["y"])
    return {"loss": float(loss), "gradient": gradient, "prediction": net.prediction(subject["x"])}


def numpy_training(net, subject, training):
    """Takes a step on each batch; returns the loss before each, and the weights at the end."""
    losses = []
    for batch in training["batches"]:
        loss, gradient = net.loss_and_gradient(subject["x"][batch], subject["y"][batch])
        losses.append(float(loss))
        for p, slope in zip(net.parameters, gradient):
            pull = training["decay"] * p if p.ndim == 2 else 0  # Biases do not decay.
            p -= training["rate"] * (slope + pull)
    return {"losses": losses, "parameters": net.parameters}
