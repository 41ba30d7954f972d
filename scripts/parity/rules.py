"""The update rules of chapter 8: NumPy by the formula, and PyTorch's own optimisers.

A case is a network, mini-batches and a rule. The losses before all fifty steps and the parameters
behind them stand in the file.
"""

import math

import numpy as np
import torch

# Which class of PyTorch a rule is, with what arguments, and its learning rate. ε is what PyTorch has
# unless it is told otherwise.
RULES = {
    "sgd": (torch.optim.SGD, {}, 0.1),
    "sgd, decay": (torch.optim.SGD, {"weight_decay": 0.25}, 0.1),
    "momentum": (torch.optim.SGD, {"momentum": 0.9}, 0.02),
    "momentum, decay": (torch.optim.SGD, {"momentum": 0.9, "weight_decay": 0.25}, 0.02),
    "nesterov": (torch.optim.SGD, {"momentum": 0.9, "nesterov": True}, 0.02),
    "rmsprop": (torch.optim.RMSprop, {"alpha": 0.99, "eps": 1e-8}, 0.01),
    "rmsprop, decay": (
        torch.optim.RMSprop, {"alpha": 0.99, "eps": 1e-8, "weight_decay": 0.25}, 0.01),
    "adam": (torch.optim.Adam, {"betas": (0.9, 0.999), "eps": 1e-8}, 0.02),
    "adam, decay": (
        torch.optim.Adam, {"betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 0.25}, 0.02),
    "adamw": (
        torch.optim.AdamW, {"betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 0.25}, 0.02),
}


def torch_rule(parameters, name):
    """Returns PyTorch's optimiser of a name. Biases do not decay."""
    maker, arguments, rate = RULES[name]
    decay = arguments.get("weight_decay", 0.0)
    groups = [{"params": [p for p in parameters if p.ndim == 2], "weight_decay": decay},
              {"params": [p for p in parameters if p.ndim == 1], "weight_decay": 0.0}]
    return maker(groups, lr=rate, **arguments)


def numpy_step(name, p, g, memory, step):
    """Moves a parameter by the formulas of the papers. The memory is the parameter's own."""
    _, arguments, rate = RULES[name]
    decay = arguments.get("weight_decay", 0.0) if p.ndim == 2 else 0.0
    if name == "adamw":
        p -= rate * decay * p
    else:
        g = g + decay * p
    v, s = memory
    if name.startswith("adam"):
        first, second = arguments["betas"]
        v[:] = first * v + (1 - first) * g
        s[:] = second * s + (1 - second) * g ** 2
        corrected = np.sqrt(s / (1 - second ** step))
        p -= rate * (v / (1 - first ** step)) / (corrected + arguments["eps"])
    elif name.startswith("rmsprop"):
        s[:] = arguments["alpha"] * s + (1 - arguments["alpha"]) * g ** 2
        p -= rate * g / (np.sqrt(s) + arguments["eps"])
    else:
        v[:] = arguments.get("momentum", 0.0) * v + g
        p -= rate * (g + arguments["momentum"] * v if "nesterov" in arguments else v)


def numpy_rule_training(net, subject, training):
    """Takes a step on each batch; returns the loss before each, and the weights at the end."""
    memories = [(np.zeros_like(p), np.zeros_like(p)) for p in net.parameters]
    losses = []
    for step, batch in enumerate(training["batches"], 1):
        loss, gradient = net.loss_and_gradient(subject["x"][batch], subject["y"][batch])
        losses.append(float(loss))
        for p, g, memory in zip(net.parameters, gradient, memories):
            numpy_step(training["rule"], p, g, memory, step)
    assert all(math.isfinite(loss) for loss in losses)
    return {"losses": losses, "parameters": net.parameters}
