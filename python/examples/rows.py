"""Examples as rows: two layers with ReLU between, softmax and cross-entropy, in float32.

    python examples/rows.py [OUT.npz]
"""

import pathlib
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from certify import save  # noqa: E402

rng = np.random.default_rng(7)
n, inputs, hidden, classes = 7, 9, 5, 3
x = rng.standard_normal((n, inputs)).astype(np.float32)
y = np.array([0, 2, 1, 1, 0, 2, 2])
W1 = (rng.standard_normal((inputs, hidden)) * np.sqrt(2 / inputs)).astype(np.float32)
b1 = np.full(hidden, 0.1, dtype=np.float32)
W2 = (rng.standard_normal((hidden, classes)) * np.sqrt(2 / hidden)).astype(np.float32)
b2 = np.zeros(classes, dtype=np.float32)


def forward():
    """Returns the loss and what the backward pass needs."""
    z1 = x @ W1 + b1
    h = np.maximum(z1, 0)
    z2 = h @ W2 + b2
    shifted = z2 - z2.max(axis=1, keepdims=True)
    p = np.exp(shifted)
    p /= p.sum(axis=1, keepdims=True)
    loss = -np.log(p[np.arange(n), y]).mean()
    return loss, z1, h, p


def backward(z1, h, p):
    dz2 = p.copy()
    dz2[np.arange(n), y] -= 1
    dz2 /= n
    dW2 = h.T @ dz2
    db2 = dz2.sum(axis=0)
    dh = dz2 @ W2.T
    dz1 = dh * (z1 > 0)
    dW1 = x.T @ dz1
    db1 = dz1.sum(axis=0)
    return dW1, db1, dW2, db2


def main(path, backward=backward):
    global W1, b1, W2, b2
    rate = np.float32(0.1)
    for _ in range(20):
        loss, z1, h, p = forward()
        dW1, db1, dW2, db2 = backward(z1, h, p)
        W1, b1, W2, b2 = W1 - rate * dW1, b1 - rate * db1, W2 - rate * dW2, b2 - rate * db2

    # One more pass, whose gradients are saved with the weights at which they were taken.
    loss, z1, h, p = forward()
    dW1, db1, dW2, db2 = backward(z1, h, p)
    save(path, x, y, loss="cross-entropy", value=loss, examples="rows", layout="in,out",
         layers=[("linear", W1, b1), "relu", ("linear", W2, b2)], grads=[dW1, db1, dW2, db2])
    print(f"loss {loss:.4f}, saved in {path}")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "rows.npz")
