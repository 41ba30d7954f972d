"""The network of rows.py with a bug in its backward pass, to try certify on.

    python examples/planted.py [OUT.npz]
"""

import sys

import numpy as np

import rows


def backward(z1, h, p):
    dz2 = p.copy()
    dz2[np.arange(rows.n), rows.y] -= 1
    dz2 /= rows.n
    dW2 = h.T @ dz2
    db2 = dz2.sum(axis=0)
    dz1 = dz2 @ rows.W2.T
    dz1[h < 0] = 0  # The bug: h is what ReLU gave, which is never negative. z1 is meant.
    dW1 = rows.x.T @ dz1
    db1 = dz1.sum(axis=0)
    return dW1, db1, dW2, db2


if __name__ == "__main__":
    rows.main(sys.argv[1] if len(sys.argv) > 1 else "planted.npz", backward)
