"""Examples as columns: W [out, in], b [out, 1], sigmoids throughout, and binary cross-entropy.

    python examples/columns.py [OUT.npz]
"""

import pathlib
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from certify import save  # noqa: E402


def sigmoid(Z):
    return 1 / (1 + np.exp(-Z))


np.random.seed(3)
m = 11
X = np.random.randn(2, m)
Y = (X[0:1] * X[1:2] > 0).astype(float)  # Is the point in the first or the third quadrant?

W1 = np.random.randn(5, 2)
b1 = np.zeros((5, 1))
W2 = np.random.randn(1, 5)
b2 = np.zeros((1, 1))
learning_rate = 0.5

for iteration in range(100):
    # Forward
    Z1 = np.dot(W1, X) + b1
    A1 = sigmoid(Z1)
    Z2 = np.dot(W2, A1) + b2
    A2 = sigmoid(Z2)
    cost = -np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)) / m

    # Backward
    dZ2 = A2 - Y
    dW2 = np.dot(dZ2, A1.T) / m
    db2 = np.sum(dZ2, axis=1, keepdims=True) / m
    dA1 = np.dot(W2.T, dZ2)
    dZ1 = dA1 * A1 * (1 - A1)
    dW1 = np.dot(dZ1, X.T) / m
    db1 = np.sum(dZ1, axis=1, keepdims=True) / m

    # The file of the last iteration stays. It is written before the parameters change.
    if iteration == 99:
        path = sys.argv[1] if len(sys.argv) > 1 else "columns.npz"
        save(path, X, Y, loss="bce", value=cost, examples="columns", layout="out,in",
             layers=[("linear", W1, b1), "sigmoid", ("linear", W2, b2), "sigmoid"],
             grads=[dW1, db1, dW2, db2])
        print(f"cost {cost:.4f}, saved in {path}")

    # Update
    W1 -= learning_rate * dW1
    b1 -= learning_rate * db1
    W2 -= learning_rate * dW2
    b2 -= learning_rate * db2
