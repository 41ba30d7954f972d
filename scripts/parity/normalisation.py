"""Batch normalisation, dropout, and the losses that bear an outlier, by NumPy and by PyTorch.

NumPy takes other formulas than the chapter: for batch normalisation the whole Jacobian of a column.
"""

import random

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from .files import demand_agreement
from .networks import drawn


def agreed(name, numpy, torch_says, **subject):
    """Returns a case, or ends where the two libraries disagree."""
    demand_agreement(name, NumPy=numpy, PyTorch=torch_says)
    return {"name": name, **subject, "numpy": numpy, "torch": torch_says}


# Batch normalisation: some batches in training, one after the other, and then an evaluation.


class NumPyNorm:
    def __init__(self, subject):
        self.scale, self.shift = subject["scale"], subject["shift"]
        self.epsilon, self.momentum = subject["epsilon"], subject["momentum"]
        self.mean, self.variance = np.zeros_like(self.scale), np.ones_like(self.scale)

    def says(self, z, upstream, is_training):
        n = len(z)
        y, dz = np.empty_like(z), np.empty_like(z)
        dscale, dshift = np.empty_like(self.scale), np.empty_like(self.scale)
        for k in range(z.shape[1]):
            mean, variance = self.mean[k], self.variance[k]
            if is_training:
                mean, variance = np.mean(z[:, k]), np.var(z[:, k])
                self.mean[k] += self.momentum * (mean - self.mean[k])
                self.variance[k] += self.momentum * (np.var(z[:, k], ddof=1) - self.variance[k])
            deviation = np.sqrt(variance + self.epsilon)
            normal = (z[:, k] - mean) / deviation
            jacobian = np.eye(n)
            if is_training:
                jacobian -= 1 / n + np.outer(normal, normal) / n
            y[:, k] = self.scale[k] * normal + self.shift[k]
            dz[:, k] = self.scale[k] / deviation * jacobian.T @ upstream[:, k]
            dscale[k], dshift[k] = upstream[:, k] @ normal, upstream[:, k].sum()
        return {"y": y, "dz": dz, "dscale": dscale, "dshift": dshift,
                "mean": self.mean.copy(), "variance": self.variance.copy()}


def torch_norm(subject):
    norm = nn.BatchNorm1d(
        len(subject["scale"]), eps=subject["epsilon"], momentum=subject["momentum"],
        dtype=torch.float64)
    with torch.no_grad():
        norm.weight.copy_(torch.from_numpy(subject["scale"]))
        norm.bias.copy_(torch.from_numpy(subject["shift"]))
    return norm


def torch_says(norm, z, upstream, is_training):
    norm.train(is_training)
    norm.zero_grad()
    z = torch.tensor(z, requires_grad=True)
    y = norm(z)
    y.backward(torch.from_numpy(upstream))
    return {"y": y.detach().numpy(), "dz": z.grad.numpy(), "dscale": norm.weight.grad.numpy().copy(),
            "dshift": norm.bias.grad.numpy().copy(), "mean": norm.running_mean.numpy().copy(),
            "variance": norm.running_var.numpy().copy()}


def batch_norms():
    cases = []
    for number, (sizes, features, epsilon, momentum) in enumerate([
            ([7, 5, 7, 4], 3, 1e-5, 0.1), ([2, 2, 3, 1], 4, 1e-3, 0.3), ([16, 16, 16, 9], 5, 1e-5, 0.1)]):
        rng = random.Random(f"batch norm/{number}")
        subject = {
            "epsilon": epsilon, "momentum": momentum, "scale": drawn(rng, [features]),
            "shift": drawn(rng, [features]),
            "passes": [{"z": 3 * drawn(rng, [n, features]) + 2, "upstream": drawn(rng, [n, features])}
                       for n in sizes]}
        by_hand, module = NumPyNorm(subject), torch_norm(subject)
        phases = [*[True] * (len(sizes) - 1), False]
        found = [[says(p["z"], p["upstream"], phase) for p, phase in zip(subject["passes"], phases)]
                 for says in (by_hand.says, lambda *pass_: torch_says(module, *pass_))]
        cases.append(agreed(
            f"batches of {sizes[:-1]}, then an evaluation of {sizes[-1]}", *found, **subject))
    return cases


# Dropout: PyTorch draws the mask, and it is read off.


def dropouts():
    cases = []
    for number, p in enumerate([0.1, 0.5, 0.8]):
        rng = random.Random(f"dropout/{number}")
        a, upstream = drawn(rng, [6, 5]), drawn(rng, [6, 5])
        torch.manual_seed(number)
        input = torch.tensor(a, requires_grad=True)
        h = F.dropout(input, p, training=True)
        h.backward(torch.from_numpy(upstream))
        mask = (h.detach().numpy() != 0).astype(float)
        cases.append(agreed(
            f"p = {p}", {"h": a * mask / (1 - p), "da": upstream * mask / (1 - p)},
            {"h": h.detach().numpy(), "da": input.grad.numpy()},
            p=p, a=a, upstream=upstream, mask=mask))
    return cases


# Losses: sums over outputs and means over examples, at their kinks too.


def numpy_huber(error, delta):
    size = np.abs(error)
    return (np.where(size <= delta, error**2 / 2, delta * (size - delta / 2)),
            np.clip(error, -delta, delta))


def robust_losses():
    cases = []
    for number, delta in enumerate([1.0, 0.25, 3.0]):
        rng = random.Random(f"robust/{number}")
        z, y = drawn(rng, [6, 3]), drawn(rng, [6, 3])
        y[0] = z[0] - [0, delta, -delta]
        for name, (value, derivative), torch_loss in [
                ("mean absolute error", (np.abs(z - y), np.sign(z - y)),
                 lambda z, y: F.l1_loss(z, y, reduction="sum")),
                ("Huber", numpy_huber(z - y, delta),
                 lambda z, y: F.huber_loss(z, y, reduction="sum", delta=delta))]:
            logits = torch.tensor(z, requires_grad=True)
            loss = torch_loss(logits, torch.from_numpy(y)) / len(z)
            loss.backward()
            cases.append(agreed(
                f"{name}, δ = {delta}",
                {"loss": float(value.sum() / len(z)), "gradient": derivative / len(z)},
                {"loss": loss.item(), "gradient": logits.grad.numpy()},
                loss=name, delta=delta, z=z, y=y))
    return cases
