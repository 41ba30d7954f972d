"""The same in Keras on JAX, the faster of its backends here."""

import os

os.environ["KERAS_BACKEND"] = "jax"

import keras_dummy  # noqa: E402, F401
