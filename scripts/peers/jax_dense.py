"""Small networks in JAX: a hundred epochs are one compiled program, with a scan over the epochs and one
over the mini-batches. A call costs as much as many steps, so it is made once for all of them."""

import os

import common
import dense

options = common.arguments()
os.environ.setdefault("JAX_PLATFORMS", "cpu")

EPOCHS = 100

import jax  # noqa: E402
from jax import lax, numpy as jnp  # noqa: E402


def logits(parameters, x):
    for w, b in parameters[:-1]:
        x = jax.nn.relu(x @ w + b)
    w, b = parameters[-1]
    return x @ w + b


def squares(z, y):
    return jnp.sum((z - y) ** 2) / (2 * len(z))


def binary(z, y):
    return jnp.sum(jax.nn.relu(z) - y * z + jnp.log1p(jnp.exp(-jnp.abs(z)))) / len(z)


def classes(z, y):
    return -jnp.sum(y * jax.nn.log_softmax(z)) / len(z)


LOSSES = {"squares": squares, "binary": binary, "classes": classes}


def make_step(work):
    parameters = [(jnp.asarray(w), jnp.asarray(b)) for w, b in zip(work.weights, work.biases)]
    if work.is_inference:
        return predictions(parameters, work.x)
    zeros = jax.tree.map(jnp.zeros_like, parameters)
    loss_of = LOSSES[work.loss]
    whole = len(work.x) // work.batch * work.batch
    x, y = jnp.asarray(work.x), jnp.asarray(work.y)
    stacked = [a[:whole].reshape(-1, work.batch, a.shape[1]) for a in (x, y)]
    rest = (x[whole:], y[whole:])

    def step(state, batch, rate):
        parameters, m, s, t = state
        x, y = batch
        loss, g = jax.value_and_grad(lambda p: loss_of(logits(p, x), y))(parameters)
        if not work.adam:
            return (jax.tree.map(lambda p, g: p - rate * g, parameters, g), m, s, t), loss * len(x)
        t = t + 1
        m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, g)
        s = jax.tree.map(lambda s, g: 0.999 * s + 0.001 * g * g, s, g)
        c1, c2 = 1 - 0.9 ** t, 1 - 0.999 ** t
        parameters = jax.tree.map(
            lambda p, m, s: p - rate / c1 * m / (jnp.sqrt(s / c2) + 1e-8), parameters, m, s)
        return (parameters, m, s, t), loss * len(x)

    def epoch(carried, _):
        state, rate = carried
        state, losses = lax.scan(lambda state, batch: step(state, batch, rate), state, stacked)
        total = losses.sum()
        if len(rest[0]):
            state, loss = step(state, rest, rate)
            total += loss
        return (state, rate * work.factor), total / len(work.x)

    epochs = jax.jit(lambda carried: lax.scan(epoch, carried, length=EPOCHS))
    held = {"carried": ((parameters, zeros, zeros, jnp.float32(0)), jnp.float32(work.rate))}

    def run():
        held["carried"], losses = epochs(held["carried"])
        return losses.block_until_ready()

    return run


def predictions(parameters, x):
    ask = jax.jit(lambda row: logits(parameters, row)[0])
    rows = [jnp.asarray(row) for row in x]

    def run():
        return sum(float(ask(row)) for row in rows) / len(rows)

    return run


work = dense.work(options)
if work.is_inference:
    common.report(options, f"JAX {jax.__version__}", make_step(work))
else:
    common.report_many(options, f"JAX {jax.__version__}", make_step(work), EPOCHS)
