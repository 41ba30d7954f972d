"""A convolutional network in NumPy: blocks of convolution, ReLU and max-pool, then two full layers.

Convolutions are products of patches, and images lie as [channels, n, height, width]. So every copy
runs along rows of images, and a bias along all of them: of the orders that were tried this is the
fastest. Every large buffer is made once and written over at each step.
"""

import itertools

import common

options = common.arguments()

import numpy as np  # noqa: E402

PADDING = {"small-cnn": 0, "two-block-cnn": 1, "two-block-cnn-28": 1}
OFFSETS = list(itertools.product(range(3), repeat=2))
CORNERS = list(itertools.product(range(2), repeat=2))


def cross_entropy(z, y):
    """Returns the mean cross-entropy of logits, and its slope in them."""
    loss = np.mean(np.maximum(z, 0) - y * z + np.log1p(np.exp(-np.abs(z))))
    return loss, (1 / (1 + np.exp(-z)) - y) / np.float32(len(z))


def half_squared_error(z, y):
    """Returns half the mean squared error, and its slope in the predictions."""
    residual = z - y
    return np.sum(residual**2) / (2 * len(z)), residual / np.float32(len(z))


LOSSES = {
    "small-cnn": cross_entropy,
    "two-block-cnn": half_squared_error, "two-block-cnn-28": half_squared_error}


class Block:
    """A convolution 3 × 3, ReLU, and a max-pool 2 × 2."""

    def __init__(self, w, b, n, side, padding):
        channels, filters = w.shape[2:]
        self.out = side + 2 * padding - 2
        half = self.out // 2
        self.w = w.transpose(3, 2, 0, 1).reshape(filters, -1).copy()
        self.b = b[:, None]
        self.inside = slice(padding, side + padding)

        def buffer(*shape):
            return np.zeros(shape, np.float32)

        self.x = buffer(channels, n, side + 2 * padding, side + 2 * padding)
        self.patches = buffer(channels, 3, 3, n, self.out, self.out)
        self.a = buffer(filters, n, self.out, self.out)
        self.rows = buffer(filters, n, half, self.out)
        self.pooled = buffer(filters, n, half, half)
        self.da, self.dx = np.zeros_like(self.a), np.zeros_like(self.x)

        # The same memory as matrices.
        self.patch_matrix = self.patches.reshape(9 * channels, -1)
        self.a_matrix = self.a.reshape(filters, -1)
        self.da_matrix = self.da.reshape(filters, -1)

    def forward(self, x):
        self.x[:, :, self.inside, self.inside] = x
        for i, j in OFFSETS:
            self.patches[:, i, j] = self.x[:, :, i : i + self.out, j : j + self.out]
        np.matmul(self.w, self.patch_matrix, out=self.a_matrix)
        self.a_matrix += self.b
        np.maximum(self.a, 0, out=self.a)
        np.maximum(self.a[:, :, 0::2], self.a[:, :, 1::2], out=self.rows)
        return np.maximum(self.rows[..., 0::2], self.rows[..., 1::2], out=self.pooled)

    def backward(self, d_pooled, wants_dx):
        # Equal positive numbers in a pool would each receive the slope; in Float there are none.
        d = d_pooled * (self.pooled > 0)
        for i, j in CORNERS:
            is_largest = self.a[:, :, i::2, j::2] == self.pooled
            np.multiply(d, is_largest, out=self.da[:, :, i::2, j::2])
        self.dw = self.da_matrix @ self.patch_matrix.T
        self.db = self.da_matrix.sum(axis=1, keepdims=True)
        if not wants_dx:
            return None
        np.matmul(self.w.T, self.da_matrix, out=self.patch_matrix)
        self.dx.fill(0)
        for i, j in OFFSETS:
            self.dx[:, :, i : i + self.out, j : j + self.out] += self.patches[:, i, j]
        return self.dx[:, :, self.inside, self.inside]

    def step(self, rate):
        self.w -= rate * self.dw
        self.b -= rate * self.db


def make_step(arrays):
    x = np.ascontiguousarray(arrays["x"].transpose(3, 0, 1, 2))  # [channels, n, height, width]
    y, rate, loss_of = arrays["y"], np.float32(arrays["rate"]), LOSSES[options.name]
    weights = [arrays[f"w{i}"] for i in range(1, sum(name.startswith("w") for name in arrays) + 1)]
    biases = [arrays[f"b{i}"] for i in range(1, len(weights) + 1)]

    blocks, shape = [], x.shape
    for w, b in zip(weights[:-2], biases):
        blocks.append(Block(w, b, shape[1], shape[2], PADDING[options.name]))
        shape = blocks[-1].pooled.shape
    (w1, w2), (b1, b2) = weights[-2:], biases[-2:]
    # The images of a flat row lie channel after channel here, and so do their weights.
    channels, n, half, _ = shape
    w1 = w1.reshape(half, half, channels, -1).transpose(2, 0, 1, 3).reshape(w1.shape).copy()

    def step():
        images = x
        for block in blocks:
            images = block.forward(images)
        flat = images.transpose(1, 0, 2, 3).reshape(n, -1)
        h = np.maximum(flat @ w1 + b1, 0)
        loss, dz = loss_of(h @ w2 + b2, y)

        dh = (dz @ w2.T) * (h > 0)
        slopes = [(w2, h.T @ dz), (b2, dz.sum(axis=0)), (w1, flat.T @ dh), (b1, dh.sum(axis=0))]
        images = (dh @ w1.T).reshape(n, channels, half, half).transpose(1, 0, 2, 3)
        for block in reversed(blocks):
            images = block.backward(images, wants_dx=block is not blocks[0])

        for parameter, slope in slopes:
            slope *= rate
            parameter -= slope
        for block in blocks:
            block.step(rate)
        return loss

    return step


common.report(options, f"NumPy {np.__version__}", make_step(common.inputs(options)))
