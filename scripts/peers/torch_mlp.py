"""A network of fully connected layers in PyTorch: ReLU between them, cross-entropy from the logit."""

import common

options = common.arguments()

import torch  # noqa: E402
from torch import nn  # noqa: E402

torch.set_num_threads(options.threads)


def linear(w, b):
    """Returns a layer of given weights, which PyTorch keeps as [out, in]."""
    layer = nn.utils.skip_init(nn.Linear, *w.shape)
    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(w.T))
        layer.bias.copy_(torch.from_numpy(b))
    return layer


def make_step(arrays):
    x, y = torch.from_numpy(arrays["x"]), torch.from_numpy(arrays["y"])
    depth = sum(name.startswith("w") for name in arrays)
    network = nn.Sequential()
    for i in range(1, depth + 1):
        network.append(linear(arrays[f"w{i}"], arrays[f"b{i}"]))
        if i < depth:
            network.append(nn.ReLU(inplace=True))
    loss_of = nn.BCEWithLogitsLoss()
    optimizer = torch.optim.SGD(network.parameters(), lr=arrays["rate"], foreach=True)

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss = loss_of(network(x), y)
        loss.backward()
        optimizer.step()
        return loss.detach()

    return step


common.report(options, f"PyTorch {torch.__version__}", make_step(common.inputs(options)))
