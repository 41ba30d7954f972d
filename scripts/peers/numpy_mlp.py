"""A network of fully connected layers in NumPy: ReLU between them, cross-entropy from the logit."""

import common

options = common.arguments()

import numpy as np  # noqa: E402


def layers(arrays):
    """Returns the weights and biases in order, each to be changed where it lies."""
    depth = sum(name.startswith("w") for name in arrays)
    return [(arrays[f"w{i}"], arrays[f"b{i}"]) for i in range(1, depth + 1)]


def cross_entropy(z, y):
    """Returns the mean cross-entropy of logits, and its slope in them."""
    loss = np.mean(np.maximum(z, 0) - y * z + np.log1p(np.exp(-np.abs(z))))
    return loss, (1 / (1 + np.exp(-z)) - y) / np.float32(len(z))


def make_step(arrays):
    x, y, rate = arrays["x"], arrays["y"], np.float32(arrays["rate"])
    network = layers(arrays)

    def step():
        received = [x]
        for w, b in network[:-1]:
            z = received[-1] @ w
            z += b
            received.append(np.maximum(z, 0, out=z))
        w, b = network[-1]
        loss, dz = cross_entropy(received[-1] @ w + b, y)
        for (w, b), a in zip(reversed(network), reversed(received)):
            dw = (dz.T @ a).T if a is x else a.T @ dz
            db = dz.sum(axis=0)
            if a is not x:
                dz = dz @ w.T
                dz *= a > 0
            w -= rate * dw
            b -= rate * db
        return loss

    return step


common.report(options, f"NumPy {np.__version__}", make_step(common.inputs(options)))
