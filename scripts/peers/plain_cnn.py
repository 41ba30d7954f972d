"""The same network in NumPy as a good tutorial writes it: patches and a product, no buffers kept.

Images lie as [n, height, width, channels]. The patches of a batch are a view of the padded images that
is copied into a matrix, and every result is a new array. What the faster numpy_cnn.py gains over this
is memory that it keeps and an order that suits the copies.
"""

import common

options = common.arguments()

import numpy as np  # noqa: E402
from numpy.lib.stride_tricks import sliding_window_view  # noqa: E402

PADDING = {"small-cnn": 0, "two-block-cnn": 1, "two-block-cnn-28": 1}[options.name]


def loss_and_slope(z, y):
    """Returns the mean loss of logits or predictions, and its slope in them."""
    n = np.float32(len(z))
    if options.name == "small-cnn":  # cross-entropy
        loss = np.mean(np.maximum(z, 0) - y * z + np.log1p(np.exp(-np.abs(z))))
        return loss, (1 / (1 + np.exp(-z)) - y) / n
    return np.sum((z - y) ** 2) / (2 * n), (z - y) / n


def patches_of(x):
    """Returns the 3 × 3 patches of images as rows, [n · height · width, 9 · channels]."""
    padded = np.pad(x, ((0, 0), (PADDING, PADDING), (PADDING, PADDING), (0, 0)))
    windows = sliding_window_view(padded, (3, 3), axis=(1, 2))  # [n, h, w, channels, 3, 3]
    return windows.transpose(0, 1, 2, 4, 5, 3).reshape(-1, 9 * x.shape[3])


def forward(x, w, b):
    """Returns a block's result, and what its backward pass needs."""
    patches = patches_of(x)
    side = x.shape[1] + 2 * PADDING - 2
    a = np.maximum(patches @ w + b, 0).reshape(len(x), side, side, -1)
    corners = a.reshape(len(x), side // 2, 2, side // 2, 2, -1)
    return corners.max(axis=(2, 4)), (x.shape, patches, corners)


def backward(d_pooled, pooled, kept, w, wants_dx):
    """Returns the slopes of weights, bias and, where wanted, images."""
    shape, patches, corners = kept
    d = np.where(pooled > 0, d_pooled, np.float32(0))
    da = (corners == pooled[:, :, None, :, None]) * d[:, :, None, :, None]
    da = da.reshape(-1, w.shape[1])
    dw, db = patches.T @ da, da.sum(axis=0)
    if not wants_dx:
        return dw, db, None
    n, height, width, channels = shape
    d_patches = (da @ w.T).reshape(n, height + 2 * PADDING - 2, width + 2 * PADDING - 2, 3, 3, channels)
    dx = np.zeros((n, height + 2 * PADDING, width + 2 * PADDING, channels), np.float32)
    for i in range(3):
        for j in range(3):
            dx[:, i : i + d_patches.shape[1], j : j + d_patches.shape[2]] += d_patches[:, :, :, i, j]
    return dw, db, dx[:, PADDING : PADDING + height, PADDING : PADDING + width]


def make_step(arrays):
    x, y, rate = arrays["x"], arrays["y"], np.float32(arrays["rate"])
    weights = [arrays[f"w{i}"] for i in range(1, sum(name.startswith("w") for name in arrays) + 1)]
    weights = [w.reshape(-1, w.shape[-1]).copy() for w in weights]
    biases = [arrays[f"b{i}"].copy() for i in range(1, len(weights) + 1)]
    blocks = len(weights) - 2

    def step():
        images, kept, results = x, [], []
        for w, b in zip(weights[:blocks], biases):
            images, memory = forward(images, w, b)
            results.append(images)
            kept.append(memory)
        flat = images.reshape(len(x), -1)
        h = np.maximum(flat @ weights[-2] + biases[-2], 0)
        loss, dz = loss_and_slope(h @ weights[-1] + biases[-1], y)

        dh = (dz @ weights[-1].T) * (h > 0)
        slopes = [(flat.T @ dh, dh.sum(axis=0)), (h.T @ dz, dz.sum(axis=0))]
        d = (dh @ weights[-2].T).reshape(images.shape)
        for index in reversed(range(blocks)):
            dw, db, d = backward(d, results[index], kept[index], weights[index], index > 0)
            slopes.insert(0, (dw, db))
        for w, b, (dw, db) in zip(weights, biases, slopes):
            w -= rate * dw
            b -= rate * db
        return loss

    return step


common.report(options, f"NumPy {np.__version__}, plain", make_step(common.inputs(options)))
