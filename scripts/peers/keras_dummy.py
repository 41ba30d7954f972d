"""The random numbers in Keras: one call of fit for many epochs, compiled by JAX, in one go for each.

An epoch has four steps, and is fastest where they are one execution. Each epoch still builds its iterator
anew and keeps its history, as whoever calls `fit` has it. Its update rule adds ε before it corrects the
cold start; ours adds it after, as the paper does.
"""

import os

import common
import dense

options = common.arguments()
os.environ["KERAS_BACKEND"] = "jax"
os.environ.setdefault("JAX_PLATFORMS", "cpu")

EPOCHS = 20

import jax  # noqa: E402
import keras  # noqa: E402


def make_steps(work):
    layers = [keras.layers.Input([work.x.shape[1]])]
    for w in work.weights[:-1]:
        layers.append(keras.layers.Dense(w.shape[1], activation="relu"))
    layers.append(keras.layers.Dense(work.weights[-1].shape[1]))
    network = keras.Sequential(layers)
    network.set_weights([a for pair in zip(work.weights, work.biases) for a in pair])
    network.compile(
        optimizer=keras.optimizers.Adam(work.rate, epsilon=1e-8),
        loss=keras.losses.BinaryCrossentropy(from_logits=True))

    def steps():
        history = network.fit(
            work.x, work.y, batch_size=work.batch, epochs=EPOCHS, shuffle=False, verbose=0)
        return history.history["loss"]

    return steps


# An epoch of Keras takes as long as a thousand of ours.
options.repeat = min(options.repeat, 5 * EPOCHS)
common.report_many(
    options, f"Keras {keras.__version__} on JAX {jax.__version__}", make_steps(dense.work(options)),
    EPOCHS)
