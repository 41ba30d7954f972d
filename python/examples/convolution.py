"""A convolutional network: patches as a matrix (im2col), stride and padding, ReLU, max-pool, linear.

    python examples/convolution.py [OUT.npz]
"""

import pathlib
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from certify import save  # noqa: E402

STRIDE, PADDING, SIZE = 2, 1, 3


def places(height, width):
    return [(i, j, slice(i * STRIDE, i * STRIDE + SIZE), slice(j * STRIDE, j * STRIDE + SIZE))
            for i in range((height + 2 * PADDING - SIZE) // STRIDE + 1)
            for j in range((width + 2 * PADDING - SIZE) // STRIDE + 1)]


def im2col(x):
    """Returns the patches, [n, places, channels * SIZE * SIZE]."""
    padded = np.pad(x, ((0, 0), (0, 0), (PADDING, PADDING), (PADDING, PADDING)))
    patches = [padded[:, :, v, h].reshape(len(x), -1) for _, _, v, h in places(*x.shape[2:])]
    return np.stack(patches, axis=1)


def pool(a):
    """Returns the largest of each window of 2 × 2, and which of its four entries it was."""
    n, c, height, width = a.shape
    windows = a.reshape(n, c, height // 2, 2, width // 2, 2).transpose(0, 1, 2, 4, 3, 5)
    windows = windows.reshape(n, c, height // 2, width // 2, 4)
    return windows.max(axis=-1), windows.argmax(axis=-1)


def unpool(d, argmax):
    n, c, height, width = d.shape
    windows = np.where(np.arange(4) == argmax[..., None], d[..., None], 0)
    windows = windows.reshape(n, c, height, width, 2, 2).transpose(0, 1, 2, 4, 3, 5)
    return windows.reshape(n, c, 2 * height, 2 * width)


rng = np.random.default_rng(2)
x = rng.normal(0, 1, (5, 2, 8, 12))  # [n, channels, height, width]
y = np.array([0, 1, 2, 2, 1])
K, bK = rng.normal(0, 0.3, (4, 2, SIZE, SIZE)), np.zeros(4)
W, b = rng.normal(0, 0.3, (3, 4 * 2 * 3)), np.zeros(3)
for step in range(6):
    # Forward
    columns = im2col(x)
    z = (columns @ K.reshape(4, -1).T + bK).transpose(0, 2, 1).reshape(5, 4, 4, 6)
    pooled, argmax = pool(np.maximum(z, 0))
    flat = pooled.reshape(5, -1)
    scores = flat @ W.T + b
    p = np.exp(scores - scores.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    loss = -np.log(p[range(5), y]).mean()

    # Backward
    d = (p - np.eye(3)[y]) / 5
    dW, db = d.T @ flat, d.sum(0)
    dz = unpool((d @ W).reshape(pooled.shape), argmax) * (z > 0)
    rows = dz.reshape(5, 4, -1).transpose(0, 2, 1).reshape(-1, 4)
    dK, dbK = (rows.T @ columns.reshape(len(rows), -1)).reshape(K.shape), rows.sum(0)
    if step < 5:
        K, bK, W, b = K - 0.1 * dK, bK - 0.1 * dbK, W - 0.1 * dW, b - 0.1 * db

path = sys.argv[1] if len(sys.argv) > 1 else "convolution.npz"
save(path, x, y, loss="cross-entropy", value=loss, layout="out,in", examples="rows", images="NCHW",
     kernels="out,in,height,width", grads=[dK, dbK, dW, db],
     layers=[("conv2d", K, bK, {"stride": STRIDE, "padding": PADDING}), "relu", ("maxpool2d", 2),
             "flatten", ("linear", W, b)])
print(f"loss {loss:.4f}, saved in {path}")
