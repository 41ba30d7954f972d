"""What the peers of the small networks share: their inputs, and which loss and optimiser a workload has.

A step is an epoch: it goes once through all examples in the order of the file, `batch` at a time, and
then multiplies the learning rate by `factor`. Hidden layers have ReLU. Adam has 0.9, 0.999 and 1e-8.
"""

import dataclasses

LOSSES = {
    "circles": "binary", "circles-single": "binary", "circles-inference": "binary",
    "regression": "squares", "bullseye": "classes", "blobs": "classes", "digits": "classes",
    "dummy": "binary"}
WITH_ADAM = {"circles", "circles-single", "digits", "dummy"}


@dataclasses.dataclass
class Work:
    x: object
    y: object
    weights: list
    biases: list
    rate: float
    factor: float
    batch: int
    loss: str
    adam: bool
    is_inference: bool

    @property
    def batches(self):
        """The first and the last row of each mini-batch, the last one excluded."""
        n = len(self.x)
        return [(i, min(i + self.batch, n)) for i in range(0, n, self.batch)]


def work(options):
    """Returns the arrays and the settings of a workload."""
    import numpy as np

    folder = options.folder / options.name
    arrays = {path.stem: np.load(path) for path in folder.glob("*.npy")}
    depth = sum(name.startswith("w") for name in arrays)
    return Work(
        x=arrays["x"], y=arrays["y"],
        weights=[arrays[f"w{i}"] for i in range(1, depth + 1)],
        biases=[arrays[f"b{i}"] for i in range(1, depth + 1)],
        rate=float(arrays["rate"]), factor=float(arrays["factor"]), batch=int(arrays["batch"]),
        loss=LOSSES[options.name], adam=options.name in WITH_ADAM,
        is_inference=options.name.endswith("-inference"))
