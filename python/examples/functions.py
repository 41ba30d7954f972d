"""Functions without state and a dictionary of parameters: softmax, cross-entropy and weight decay.

    python examples/functions.py [OUT.npz]
"""

import pathlib
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from certify import save  # noqa: E402

DECAY = 0.01


def initialise(sizes, rng):
    parameters = {}
    for i, (a, b) in enumerate(zip(sizes, sizes[1:])):
        parameters[f"w{i}"] = rng.normal(0, np.sqrt(2 / a), (a, b))
        parameters[f"b{i}"] = np.zeros(b)
    return parameters


def softmax(z):
    e = np.exp(z - np.max(z, axis=1, keepdims=True))
    return e / np.sum(e, axis=1, keepdims=True)


def predict(parameters, x):
    """Returns the probabilities, and the inputs of each layer."""
    depth = len(parameters) // 2
    a = [x]
    for i in range(depth):
        z = a[-1] @ parameters[f"w{i}"] + parameters[f"b{i}"]
        a.append(softmax(z) if i == depth - 1 else np.maximum(0.1 * z, z))
    return a[-1], a[:-1]


def loss_of(parameters, x, onehot):
    p, _ = predict(parameters, x)
    decay = sum(np.sum(w ** 2) for name, w in parameters.items() if name[0] == "w")
    return -np.sum(onehot * np.log(p)) / len(x) + DECAY / 2 * decay


def gradient_of(parameters, x, onehot):
    p, a = predict(parameters, x)
    d = (p - onehot) / len(x)
    gradient = {}
    for i in reversed(range(len(a))):
        gradient[f"w{i}"] = a[i].T @ d + DECAY * parameters[f"w{i}"]
        gradient[f"b{i}"] = np.sum(d, axis=0)
        # Leaky ReLU keeps the sign, so the sign of what it gave tells that of what it got.
        d = d @ parameters[f"w{i}"].T * np.where(a[i] > 0, 1, 0.1)
    return gradient


rng = np.random.default_rng(5)
x = rng.normal(0, 1, (9, 2))
onehot = np.eye(3)[rng.integers(0, 3, 9)]
theta = initialise([2, 7, 5, 3], rng)
for _ in range(50):
    gradient = gradient_of(theta, x, onehot)
    theta = {name: theta[name] - 0.1 * gradient[name] for name in theta}

loss, gradient = loss_of(theta, x, onehot), gradient_of(theta, x, onehot)
path = sys.argv[1] if len(sys.argv) > 1 else "functions.npz"
linear = [("linear", theta[f"w{i}"], theta[f"b{i}"]) for i in range(3)]
leaky = ("leaky relu", 0.1)
save(path, x, onehot, loss="cross-entropy", value=loss, examples="rows", layout="in,out",
     layers=[linear[0], leaky, linear[1], leaky, linear[2], "softmax"],
     grads={f"{2 * i}.{long}": gradient[f"{short}{i}"]
            for i in range(3) for short, long in (("w", "weight"), ("b", "bias"))},
     l2={"lambda": DECAY, "factor": 0.5})
print(f"loss {loss:.4f}, saved in {path}")
