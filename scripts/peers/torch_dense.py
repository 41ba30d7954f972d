"""Small networks in PyTorch: modules, autograd, and its optimisers in their fused form."""

import common
import dense

options = common.arguments()

import torch  # noqa: E402
from torch import nn  # noqa: E402
from torch.nn import functional as F  # noqa: E402

torch.set_num_threads(options.threads)

LOSSES = {
    "squares": lambda z, y: 0.5 * F.mse_loss(z, y, reduction="sum") / len(z),
    "binary": F.binary_cross_entropy_with_logits,
    "classes": F.cross_entropy,
}


def linear(w, b):
    layer = nn.utils.skip_init(nn.Linear, *w.shape)
    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(w.T))
        layer.bias.copy_(torch.from_numpy(b))
    return layer


def make_step(work):
    x, y = torch.from_numpy(work.x), torch.from_numpy(work.y)
    network = nn.Sequential()
    for index, (w, b) in enumerate(zip(work.weights, work.biases)):
        network.append(linear(w, b))
        if index < len(work.weights) - 1:
            network.append(nn.ReLU(inplace=True))
    if work.is_inference:
        return predictions(network, x)
    loss_of = LOSSES[work.loss]
    optimizer = (
        torch.optim.Adam(network.parameters(), lr=work.rate, fused=True) if work.adam
        else torch.optim.SGD(network.parameters(), lr=work.rate, fused=True))
    batches = [(x[i:j], y[i:j]) for i, j in work.batches]

    def epoch():
        total = 0.0
        for x, y in batches:
            optimizer.zero_grad(set_to_none=True)
            loss = loss_of(network(x), y)
            loss.backward()
            optimizer.step()
            total += len(x) * loss.detach()
        for group in optimizer.param_groups:
            group["lr"] *= work.factor
        return total / len(work.x)

    return epoch


def predictions(network, x):
    rows = list(x.split(1))

    @torch.inference_mode()
    def ask():
        total = 0.0
        for row in rows:
            total += network(row)
        return total.item() / len(rows)

    return ask


common.report(options, f"PyTorch {torch.__version__}", make_step(dense.work(options)))
