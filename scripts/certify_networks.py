"""Networks in plain NumPy for scripts/try-certify: their loss, their gradients, and mistakes in these.

Examples are rows, weights are [out, in], images are [n, channels, height, width], and kernels are
[out, in, height, width]. All numbers have one type, and sums are taken in an order that can be chosen.
Nothing here is shared with PyTorch or JAX, with which scripts/try-certify compares it.
"""

import dataclasses

import numpy as np

ORDERS = ["blas", "einsum", "reversed", "pairwise", "loop"]
CLASSES = {"cross-entropy"}
EVERYWHERE = -1


@dataclasses.dataclass
class Layer:
    kind: str
    weight: object = None
    bias: object = None
    mask: object = None
    slope: float = 0.0
    size: tuple = (1, 1)
    stride: tuple = (1, 1)
    padding: tuple = (0, 0)
    epsilon: float = 1e-5

    def arrays(self):
        """Returns the parameters by name."""
        named = {"weight": self.weight, "bias": self.bias}
        return {name: array for name, array in named.items() if array is not None}


@dataclasses.dataclass
class Network:
    layers: list
    x: object
    y: object  # [n, outputs], of the network's type
    loss: str
    reduction: str = "mean"
    penalty: float = 0.0  # what Σ W² is multiplied by
    order: str = "blas"
    at_zero: float = 0.0  # the derivative that is taken for ReLU at 0; for leaky ReLU, its place
    split_ties: bool = False  # whether equal entries of a window get equal parts
    fused: bool = True  # whether the loss and the last activation are differentiated as one

    @property
    def trained(self):
        """Returns the indices of the layers that have parameters."""
        return [i for i, layer in enumerate(self.layers) if layer.weight is not None]

    @property
    def ends_with(self):
        return self.layers[-1].kind

    def converted(self, kind):
        """Returns the same network with numbers of another type."""
        def cast(array):
            return None if array is None else array.astype(kind)

        layers = [dataclasses.replace(
            layer, weight=cast(layer.weight), bias=cast(layer.bias), mask=cast(layer.mask))
            for layer in self.layers]
        return dataclasses.replace(self, layers=layers, x=cast(self.x), y=cast(self.y))


# Sums.


def product(a, b, order):
    """Returns the matrix product of [n, k] and [k, m]."""
    if order == "einsum":
        return np.einsum("ik,kj->ij", a, b)
    if order == "reversed":
        return np.ascontiguousarray(a[:, ::-1]) @ np.ascontiguousarray(b[::-1])
    if order == "pairwise":
        return np.ascontiguousarray(a[:, None, :] * b.T[None, :, :]).sum(axis=-1)
    if order == "loop":
        total = np.zeros((a.shape[0], b.shape[1]), dtype=a.dtype)
        for k in range(a.shape[1]):
            total += a[:, k, None] * b[None, k, :]
        return total
    return a @ b


def column_sums(d, order):
    """Returns the sums over the rows of [n, m]."""
    if order == "reversed":
        return d[::-1].sum(axis=0)
    if order == "pairwise":
        return np.ascontiguousarray(d.T).sum(axis=1)
    if order == "loop":
        total = np.zeros(d.shape[1], dtype=d.dtype)
        for row in d:
            total = total + row
        return total
    return d.sum(axis=0)


def rounded(array, bits):
    """Returns float32 numbers rounded to a significand of so many bits, as a graphics card reads them."""
    dropped = 24 - bits
    whole = np.ascontiguousarray(array, dtype=np.float32).view(np.uint32)
    whole = (whole + np.uint32(1 << (dropped - 1))) & np.uint32(0xFFFFFFFF << dropped & 0xFFFFFFFF)
    return whole.view(np.float32)


# Windows.


def windows(images, size, stride, padding, fill=0.0):
    """Returns what each window sees, [n, channels, rows, columns, height, width]."""
    edges = ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2)
    padded = np.pad(images, edges, constant_values=fill)
    seen = np.lib.stride_tricks.sliding_window_view(padded, size, axis=(2, 3))
    return seen[:, :, ::stride[0], ::stride[1]]


def scattered(d, shape, layer, size, assign=False):
    """Adds what belongs to each entry of each window to the images that the windows look at.

    d is [n, channels, rows, columns, height, width]. A mistake is to assign instead of adding.
    """
    n, channels, height, width = shape
    (p, q), (v, h) = layer.padding, layer.stride
    padded = np.zeros((n, channels, height + 2 * p, width + 2 * q), dtype=d.dtype)
    rows, columns = d.shape[2:4]
    for i in range(size[0]):
        for j in range(size[1]):
            part = padded[:, :, i:i + v * rows:v, j:j + h * columns:h]
            part[...] = d[..., i, j] if assign else part + d[..., i, j]
    return padded[:, :, p:p + height, q:q + width]


def patches(layer, images):
    """Returns the patches of a convolution as rows, [n * places, channels * height * width]."""
    seen = windows(images, layer.weight.shape[2:], layer.stride, layer.padding)
    return seen.transpose(0, 2, 3, 1, 4, 5).reshape(-1, layer.weight[0].size), seen.shape[2:4]


# The forward pass.


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def across(array, ndim):
    """Returns an array of features, in the shape that goes with rows or images."""
    return array if ndim == 2 else array[:, None, None]


def norm_axes(a):
    return (0,) if a.ndim == 2 else (0, 2, 3)


def standardised(layer, a):
    """Returns the inputs of batch normalisation with mean 0 and variance 1, and 1 / σ."""
    axes = norm_axes(a)
    centred = a - a.mean(axis=axes, keepdims=True)
    scale = 1 / np.sqrt((centred ** 2).mean(axis=axes, keepdims=True) + a.dtype.type(layer.epsilon))
    return centred * scale, scale


def output(layer, a, order):
    """Returns what a layer gives for an input."""
    kind, type_ = layer.kind, a.dtype.type
    if kind == "linear":
        z = product(a, layer.weight.T, order)
        return z if layer.bias is None else z + layer.bias
    if kind == "conv2d":
        rows, (height, width) = patches(layer, a)
        z = product(rows, layer.weight.reshape(len(layer.weight), -1).T, order)
        if layer.bias is not None:
            z = z + layer.bias
        return z.reshape(len(a), height, width, -1).transpose(0, 3, 1, 2)
    if kind == "maxpool2d":
        return windows(a, layer.size, layer.stride, layer.padding, -np.inf).max(axis=(4, 5))
    if kind == "relu":
        return np.maximum(a, 0)
    if kind == "leaky relu":
        return np.where(a > 0, a, type_(layer.slope) * a)
    if kind == "tanh":
        return np.tanh(a)
    if kind == "sigmoid":
        return sigmoid(a)
    if kind == "softmax":
        return softmax(a)
    if kind == "flatten":
        return a.reshape(len(a), -1)
    if kind == "dropout":
        return a * layer.mask
    if kind == "batch norm":
        normal, _ = standardised(layer, a)
        return normal * across(layer.weight, a.ndim) + across(layer.bias, a.ndim)
    return a


def forward(network):
    """Returns the inputs of every layer, and behind them the outputs of the last."""
    inputs = [network.x]
    for layer in network.layers:
        inputs.append(output(layer, inputs[-1], network.order))
    return inputs


def count(network):
    """Returns what the summed losses are divided by."""
    if network.reduction == "sum":
        return 1
    if network.reduction == "mean" and network.loss not in CLASSES:
        return network.y.size
    return len(network.y)


def loss_of(network, a=None):
    """Returns the loss, a number of the network's type."""
    a, y = forward(network)[-1] if a is None else a, network.y
    if network.loss in ("mse", "half-mse"):
        each = (a - y) ** 2
        if network.loss == "half-mse":
            each = each / 2
    elif network.loss == "mae":
        each = np.abs(a - y)
    elif network.loss == "bce":
        each = -(y * np.log(a) + (1 - y) * np.log(1 - a))
    elif network.loss == "bce-with-logits":
        each = np.maximum(a, 0) - y * a + np.log1p(np.exp(-np.abs(a)))
    elif network.ends_with == "softmax":
        each = -y * np.log(a)
    else:
        shifted = a - a.max(axis=1, keepdims=True)
        each = -y * (shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)))
    loss = each.sum() / count(network)
    if network.penalty:
        squares = sum((network.layers[i].weight ** 2).sum() for i in weights(network))
        loss = loss + network.x.dtype.type(network.penalty) * squares
    return loss


def weights(network):
    """Returns the indices of the layers whose weights the penalty takes."""
    return [i for i in network.trained if network.layers[i].kind != "batch norm"]


# The backward pass. A mistake is a name and the index of a layer: the number of layers where it lies in
# the derivative of the loss, and EVERYWHERE where it lies in all layers.


def loss_slope(network, a, name):
    """Returns the derivative of the loss in the outputs."""
    y, type_ = network.y, a.dtype.type
    if name == "labels-shifted":
        y = np.roll(y, 1, axis=0)
    divisor = type_(count(network))
    if network.loss in ("mse", "half-mse"):
        d = (a - y) if network.loss == "half-mse" or name == "factor-two" else 2 * (a - y)
    elif network.loss == "mae":
        d = np.sign(a - y)
    elif network.loss == "bce":
        d = (a - y) / (a * (1 - a))
    elif network.loss == "bce-with-logits":
        d = sigmoid(a) - y
        if name == "sigmoid-derivative-extra":
            d = d * sigmoid(a) * (1 - sigmoid(a))
    elif network.ends_with == "softmax":
        d = -y / a
    elif name == "overflow":
        with np.errstate(over="ignore", invalid="ignore"):
            d = np.exp(a) / np.exp(a).sum(axis=1, keepdims=True) - y
    else:
        d = softmax(a) - y
    return scaled(network, d / divisor, name)


def fused_slope(network, a, name):
    """Returns the derivative of the loss in what goes into a last sigmoid or softmax."""
    y = np.roll(network.y, 1, axis=0) if name == "labels-shifted" else network.y
    d = a - y
    if name == "sigmoid-derivative-extra":
        d = d * a * (1 - a)
    return scaled(network, d / a.dtype.type(count(network)), name)


def scaled(network, d, name):
    type_ = d.dtype.type
    if name == "mean-missing":
        return d * type_(count(network))
    if name == "mean-twice":
        return d / type_(len(network.y))
    if name == "outputs-divided-too":
        return d / type_(network.y.shape[1])
    if name == "sign-flipped":
        return -d
    if name == "example-dropped":
        d = d.copy()
        d[-1] = 0
    return d


def can_fuse(network):
    pair = (network.loss, network.ends_with)
    return pair in (("bce", "sigmoid"), ("cross-entropy", "softmax"))


def gradient(network, mistake=(None, None), also=None):
    """Returns the gradients by name, "x" among them, with at most one mistake.

    also: another number that a mistake needs: the step of "after-the-step", the layer whose mask is
    taken, the indices of two entries that are exchanged.
    """
    name, where = mistake
    inputs, last = forward(network), len(network.layers)
    found = {}
    at_loss = name if where == last else None
    if network.fused and can_fuse(network) and where != last - 1:
        d, last = fused_slope(network, inputs[-1], at_loss), last - 1
    else:
        d = loss_slope(network, inputs[-1], at_loss)
    for index in reversed(range(last)):
        here = name if where in (index, EVERYWHERE) else None
        d, gradients = backward(network, index, inputs, d, here, also)
        for part, array in gradients.items():
            found[f"{index}.{part}"] = array
    found["x"] = d
    penalty = network.x.dtype.type(2 * network.penalty)
    if penalty:
        for index in weights(network):
            layer = network.layers[index]
            if name != "l2-missing":
                found[f"{index}.weight"] = found[f"{index}.weight"] + penalty * layer.weight
            if name == "l2-doubled":
                found[f"{index}.weight"] = found[f"{index}.weight"] + penalty * layer.weight
            if name == "l2-on-biases" and layer.bias is not None:
                found[f"{index}.bias"] = found[f"{index}.bias"] + penalty * layer.bias
    if name == "zero-grad-forgotten":
        found = {key: array + array for key, array in found.items()}
    if name == "clipped":
        norm = np.sqrt(sum((array ** 2).sum() for key, array in found.items() if key != "x"))
        found = {key: array * (norm.dtype.type(also) / norm) for key, array in found.items()}
    return found


def backward(network, index, inputs, d, name, also):
    """Returns the derivative in a layer's input, and the gradients of its parameters."""
    layer, a, z = network.layers[index], inputs[index], inputs[index + 1]
    kind, order, type_ = layer.kind, network.order, d.dtype.type
    if kind in ("linear", "conv2d"):
        return affine(network, index, inputs, d, name, also)
    if kind == "maxpool2d":
        return unpooled(network, layer, a, z, d, name), {}
    if kind in ("relu", "leaky relu"):
        return d * rectifier_slope(network, index, inputs, d, name, also), {}
    if name == "derivative-forgotten":
        return d, {}
    if kind == "tanh":
        if name == "derivative-at-output":
            return d * (1 - np.tanh(z) ** 2), {}
        return d * (1 - z if name == "tanh-unsquared" else 1 - z * z), {}
    if kind == "sigmoid":
        s = sigmoid(z) if name == "derivative-at-output" else z
        return d * s * (1 - s), {}
    if kind == "softmax":
        if name == "jacobian-diagonal":
            return d * z * (1 - z), {}
        return z * (d - (d * z).sum(axis=1, keepdims=True)), {}
    if kind == "flatten":
        return d.reshape(a.shape), {}
    if kind == "dropout":
        return d if name == "mask-forgotten" else d * layer.mask, {}
    if kind == "batch norm":
        axes = norm_axes(a)
        normal, scale = standardised(layer, a)
        columns = d if d.ndim == 2 else d.transpose(0, 2, 3, 1).reshape(-1, d.shape[1])
        product_ = d * normal
        products = product_ if d.ndim == 2 else product_.transpose(0, 2, 3, 1).reshape(columns.shape)
        found = {"weight": column_sums(products, order), "bias": column_sums(columns, order)}
        d = d * across(layer.weight, d.ndim)
        if name != "statistics-constant":
            d = d - d.mean(axis=axes, keepdims=True) - normal * (d * normal).mean(
                axis=axes, keepdims=True)
        return d * scale, found
    return d, {}


def rectifier_slope(network, index, inputs, d, name, also):
    """Returns the derivative of ReLU, or what a mistake takes for it."""
    layer, z, type_ = network.layers[index], inputs[index], d.dtype.type
    below = type_(layer.slope)
    at_zero = below + type_(network.at_zero) * (1 - below)
    if name == "mask-of-another-layer":
        z = inputs[also]
    if name == "mask-missing":
        return np.ones_like(z)
    if name == "mask-inverted":
        return np.where(z > 0, below, type_(1))
    if name == "slope-forgotten":
        below = at_zero = type_(0)
    slope = np.where(z > 0, type_(1), np.where(z < 0, below, at_zero))
    if name == "upstream-ignored":
        # Where z is negative, the slope stands for the whole product.
        return np.where(z > 0, type_(1), below / np.where(d == 0, type_(1), d))
    return slope


def unpooled(network, layer, a, z, d, name):
    """Gives what arrives at a pooled entry to the largest of its window."""
    seen = windows(a, layer.size, layer.stride, layer.padding, -np.inf)
    largest = seen == z[..., None, None]
    if name == "pool-to-all":
        to = np.isfinite(seen).astype(d.dtype)
    elif network.split_ties:
        to = largest / largest.sum(axis=(4, 5), keepdims=True).astype(d.dtype)
    else:
        flat = largest.reshape(*largest.shape[:4], -1)
        to = (np.arange(flat.shape[-1]) == flat.argmax(axis=-1)[..., None]).reshape(seen.shape)
    return scattered(d[..., None, None] * to.astype(d.dtype), a.shape, layer, layer.size)


def affine(network, index, inputs, d, name, also):
    """The backward pass of linear and convolution, as products of matrices."""
    layer, a, order = network.layers[index], inputs[index], network.order
    weight = layer.weight.reshape(len(layer.weight), -1)
    is_linear = layer.kind == "linear"
    rows, d_rows = a, d
    if not is_linear:
        rows, _ = patches(layer, a)
        d_rows = d.transpose(0, 2, 3, 1).reshape(-1, d.shape[1])
    if name in ("before-activation", "batch-for-activation"):
        rows = inputs[also]
    if name == "half-precision":
        rows, d_rows, weight = (rounded(array, bits=11) for array in (rows, d_rows, weight))
    dW = product(d_rows.T, rows, order).reshape(layer.weight.shape)
    found = {"weight": dW}
    if layer.bias is not None:
        found["bias"] = bias_gradient(column_sums(d_rows, order), d_rows, d, dW, name)
    if name in ("weight-gradient-transposed", "weight-gradient-of-transposed-shape"):
        found["weight"] = np.ascontiguousarray(dW.T)
    if name == "kernel-gradient-turned":
        found["weight"] = np.ascontiguousarray(dW[:, :, ::-1, ::-1])
    if name == "entries-exchanged":
        entries, (i, j) = dW.reshape(-1).copy(), also
        entries[[i, j]] = entries[[j, i]]
        found["weight"] = entries.reshape(dW.shape)
    if name == "after-the-step":
        weight = weight - weight.dtype.type(also) * dW.reshape(weight.shape)
    if name == "weight-transposed":
        weight = np.ascontiguousarray(weight.T)
    if name == "kernel-turned":
        weight = layer.weight[:, :, ::-1, ::-1].reshape(weight.shape)
    dx = product(d_rows, weight, order)
    if is_linear:
        return dx, found
    _, channels, height, width = layer.weight.shape
    (n, _, high, wide) = d.shape
    seen = dx.reshape(n, high, wide, channels, height, width).transpose(0, 3, 1, 2, 4, 5)
    size = (height, width)
    return scattered(seen, a.shape, layer, size, assign=name == "overlaps-assigned"), found


def bias_gradient(right, d_rows, d, dW, name):
    """Returns the gradient of a bias, which is right, or what a mistake makes of it."""
    if name == "bias-mean":
        return right / right.dtype.type(len(d))
    if name == "bias-scalar":
        return np.full_like(right, right.sum())
    if name == "bias-from-weights":
        return dW.reshape(len(dW), -1).sum(axis=1)
    if name == "bias-not-summed":
        return d_rows.copy()
    if name == "bias-sign":
        return -right
    return right
