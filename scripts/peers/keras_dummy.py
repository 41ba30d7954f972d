"""The random numbers in Keras, on TensorFlow unless KERAS_BACKEND names another: one call of fit for many
epochs, and one execution for the four steps of each.

Its update rule adds ε before it corrects the cold start; ours adds it after, as the paper does. Here that
changes no loss by a part in 10⁵.
"""

import importlib
import os

import common
import dense

options = common.arguments()
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("JAX_PLATFORMS", "cpu")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

EPOCHS = 20

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
        loss=keras.losses.BinaryCrossentropy(from_logits=True), steps_per_execution=4)

    def steps():
        history = network.fit(
            work.x, work.y, batch_size=work.batch, epochs=EPOCHS, shuffle=False, verbose=0)
        return history.history["loss"]

    return steps


backend = importlib.import_module(keras.backend.backend())
# An epoch of Keras takes as long as a thousand of ours.
options.repeat = min(options.repeat, 5 * EPOCHS)
common.report_many(
    options, f"Keras {keras.__version__} on {backend.__name__} {backend.__version__}",
    make_steps(dense.work(options)), EPOCHS)
