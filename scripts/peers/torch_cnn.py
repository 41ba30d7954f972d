"""A convolutional network in PyTorch: blocks of convolution, ReLU and max-pool, then two full layers.

PyTorch can keep images with the channels last or first. Which is faster depends on the sizes, so both
are timed and the faster is kept.
"""

import copy
import statistics

import common

options = common.arguments()

import torch  # noqa: E402
from torch import nn  # noqa: E402
from torch.nn import functional as F  # noqa: E402

torch.set_num_threads(options.threads)

PADDING = {"small-cnn": 0, "two-block-cnn": 1, "two-block-cnn-28": 1}


def half_squared_error(z, y):
    """Returns half the mean squared error, for one output."""
    return 0.5 * F.mse_loss(z, y)


LOSSES = {
    "small-cnn": F.binary_cross_entropy_with_logits,
    "two-block-cnn": half_squared_error, "two-block-cnn-28": half_squared_error}


class FlattenChannelsLast(nn.Module):
    """Rows of height, width and channels: nothing moves where the channels lie last."""

    def forward(self, x):
        return x.permute(0, 2, 3, 1).flatten(1)


def filled(layer, w, b):
    """Returns a layer with given weights."""
    with torch.no_grad():
        layer.weight.copy_(w)
        layer.bias.copy_(torch.from_numpy(b))
    return layer


def network(arrays, channels_last):
    depth = sum(name.startswith("w") for name in arrays)
    modules, padding = [], PADDING[options.name]
    for i in range(1, depth + 1):
        w, b = torch.from_numpy(arrays[f"w{i}"]), arrays[f"b{i}"]
        if w.ndim == 4:  # [height, width, channels, filters]
            layer = nn.utils.skip_init(nn.Conv2d, *w.shape[2:], 3, padding=padding)
            modules += [filled(layer, w.permute(3, 2, 0, 1), b), nn.ReLU(inplace=True)]
            modules += [nn.MaxPool2d(2)]
            filters = w.shape[3]
            continue
        if i == depth - 1:  # The first full layer takes images, in the order in which they lie.
            modules.append(FlattenChannelsLast() if channels_last else nn.Flatten())
            if not channels_last:
                side = round((len(w) / filters) ** 0.5)
                w = w.reshape(side, side, filters, -1).permute(2, 0, 1, 3).reshape(w.shape)
        modules.append(filled(nn.utils.skip_init(nn.Linear, *w.shape), w.T, b))
        if i < depth:
            modules.append(nn.ReLU(inplace=True))
    memory = torch.channels_last if channels_last else torch.contiguous_format
    return nn.Sequential(*modules).to(memory_format=memory)


def make_step(arrays, channels_last):
    memory = torch.channels_last if channels_last else torch.contiguous_format
    x = torch.from_numpy(arrays["x"]).permute(0, 3, 1, 2).contiguous(memory_format=memory)
    y, loss_of = torch.from_numpy(arrays["y"]), LOSSES[options.name]
    model = network(arrays, channels_last)
    optimizer = torch.optim.SGD(model.parameters(), lr=arrays["rate"], foreach=True)

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss = loss_of(model(x), y)
        loss.backward()
        optimizer.step()
        return loss.detach()

    return step


def time_of(arrays, channels_last):
    step = make_step(copy.deepcopy(arrays), channels_last)
    return statistics.median(common.seconds(step, 20)[5:])


arrays = common.inputs(options)
channels_last = time_of(arrays, True) < time_of(arrays, False)
program = f"PyTorch {torch.__version__}, channels {'last' if channels_last else 'first'}"
common.report(options, program, make_step(arrays, channels_last))
