"""Layers as objects that remember their inputs: tanh, and the mean squared error, on a sine.

    python examples/classes.py [OUT.npz]
"""

import pathlib
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from certify import save  # noqa: E402


class Dense:
    def __init__(self, inputs, outputs, rng):
        self.weights = rng.normal(0, 1 / np.sqrt(inputs), (inputs, outputs))
        self.bias = np.zeros((1, outputs))

    def forward(self, x):
        self.x = x
        return x @ self.weights + self.bias

    def backward(self, d_output):
        self.d_weights = self.x.T @ d_output
        self.d_bias = d_output.sum(axis=0, keepdims=True)
        return d_output @ self.weights.T

    def step(self, rate):
        self.weights = self.weights - rate * self.d_weights
        self.bias = self.bias - rate * self.d_bias


class Tanh:
    def forward(self, x):
        self.output = np.tanh(x)
        return self.output

    def backward(self, d_output):
        return d_output * (1 - self.output ** 2)

    def step(self, rate):
        pass


rng = np.random.default_rng(11)
layers = [Dense(1, 8, rng), Tanh(), Dense(8, 5, rng), Tanh(), Dense(5, 1, rng)]
x = rng.uniform(-3, 3, (13, 1))
y = np.sin(x)
for epoch in range(200):
    if epoch:
        for layer in layers:
            layer.step(0.05)
    output = x
    for layer in layers:
        output = layer.forward(output)
    loss = np.mean((output - y) ** 2)
    d_output = 2 * (output - y) / output.size
    for layer in reversed(layers):
        d_output = layer.backward(d_output)

dense = [layer for layer in layers if isinstance(layer, Dense)]
path = sys.argv[1] if len(sys.argv) > 1 else "classes.npz"
save(path, x, y, loss="mse", value=loss, examples="rows", layout="in,out",
     layers=["tanh" if isinstance(layer, Tanh) else ("linear", layer.weights, layer.bias)
             for layer in layers],
     grads=[gradient for layer in dense for gradient in (layer.d_weights, layer.d_bias)],
     x_grad=d_output)
print(f"loss {loss:.4f}, saved in {path}")
