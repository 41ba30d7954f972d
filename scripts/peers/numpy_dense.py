"""Small networks in NumPy: all parameters in one array, every result written where one lay before."""

import common
import dense

options = common.arguments()

import numpy as np  # noqa: E402

FLOAT = np.float32


class Parameters:
    """Weights and biases as views of one array, so that an optimiser needs one call an operation."""

    def __init__(self, weights, biases):
        shapes = [array.shape for pair in zip(weights, biases) for array in pair]
        self.flat = np.zeros(sum(map(np.prod, shapes)), FLOAT)
        self.views, start = [], 0
        for shape in shapes:
            size = int(np.prod(shape))
            self.views.append(self.flat[start:start + size].reshape(shape))
            start += size


def squares(z, y):
    z -= y
    loss = np.dot(z.ravel(), z.ravel()) / (2 * len(z))
    z /= FLOAT(len(z))
    return loss


def binary(z, y):
    e = np.exp(-np.abs(z))
    loss = (np.maximum(z, 0) - y * z + np.log1p(e)).sum() / len(z)
    np.divide(np.where(z < 0, e, 1), 1 + e, out=z)
    z -= y
    z /= FLOAT(len(z))
    return loss


def classes(z, y):
    z -= z.max(axis=1, keepdims=True)
    chosen = (z * y).sum()
    np.exp(z, out=z)
    total = z.sum(axis=1, keepdims=True)
    loss = (np.log(total).sum() - chosen) / len(z)
    z /= total
    z -= y
    z /= FLOAT(len(z))
    return loss


LOSSES = {"squares": squares, "binary": binary, "classes": classes}


class Training:
    def __init__(self, work):
        self.work = work
        self.θ, self.g = Parameters(work.weights, work.biases), Parameters(work.weights, work.biases)
        for view, array in zip(self.θ.views, [a for p in zip(work.weights, work.biases) for a in p]):
            view[...] = array
        self.m, self.s = np.zeros_like(self.θ.flat), np.zeros_like(self.θ.flat)
        self.one, self.two = np.empty_like(self.θ.flat), np.empty_like(self.θ.flat)
        self.rate, self.steps = work.rate, 0
        self.loss_of = LOSSES[work.loss]
        sizes = {stop - start for start, stop in work.batches}
        self.buffers = {
            n: [np.empty((n, w.shape[1]), FLOAT) for w in work.weights] for n in sizes}
        self.gradients = {
            n: [np.empty((n, w.shape[0]), FLOAT) for w in work.weights] for n in sizes}
        self.batches = [(work.x[i:j], work.y[i:j]) for i, j in work.batches]

    def forward(self, x, values):
        a = x
        for index, z in enumerate(values):
            np.dot(a, self.θ.views[2 * index], out=z)
            z += self.θ.views[2 * index + 1]
            if index < len(values) - 1:
                np.maximum(z, 0, out=z)
            a = z
        return a

    def gradient(self, x, y):
        values = self.buffers[len(x)]
        dz = self.forward(x, values)
        loss = self.loss_of(dz, y)
        for index in reversed(range(len(values))):
            a = x if index == 0 else values[index - 1]
            np.dot(a.T, dz, out=self.g.views[2 * index])
            np.sum(dz, axis=0, out=self.g.views[2 * index + 1])
            if index > 0:
                before = self.gradients[len(x)][index]
                np.dot(dz, self.θ.views[2 * index].T, out=before)
                before *= a > 0
                dz = before
        return loss

    def sgd(self):
        np.multiply(self.g.flat, FLOAT(self.rate), out=self.one)
        self.θ.flat -= self.one

    def adam(self):
        self.steps += 1
        m, s, one, two = self.m, self.s, self.one, self.two
        m *= FLOAT(0.9)
        np.multiply(self.g.flat, FLOAT(0.1), out=one)
        m += one
        s *= FLOAT(0.999)
        np.multiply(self.g.flat, self.g.flat, out=one)
        one *= FLOAT(0.001)
        s += one
        np.sqrt(s, out=two)
        two *= FLOAT((1 - 0.999 ** self.steps) ** -0.5)
        two += FLOAT(1e-8)
        np.divide(m, two, out=one)
        one *= FLOAT(self.rate / (1 - 0.9 ** self.steps))
        self.θ.flat -= one

    def epoch(self):
        loss, move = 0.0, self.adam if self.work.adam else self.sgd
        for x, y in self.batches:
            loss += len(x) * self.gradient(x, y)
            move()
        self.rate *= self.work.factor
        return loss / len(self.work.x)

    def predictions(self):
        (w1, b1), (w2, b2), (w3, b3) = zip(self.work.weights, self.work.biases)
        total = 0.0
        for x in self.work.x:
            a = x @ w1
            a += b1
            np.maximum(a, 0, out=a)
            a = a @ w2
            a += b2
            np.maximum(a, 0, out=a)
            total += (a @ w3 + b3)[0]
        return total / len(self.work.x)


work = dense.work(options)
training = Training(work)
common.report(
    options, f"NumPy {np.__version__}", training.predictions if work.is_inference else training.epoch)
