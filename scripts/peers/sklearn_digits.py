"""The digits in scikit-learn: one call of fit for many epochs, so that no epoch pays for the call.

MLPClassifier draws its own weights. So a first call draws some of the right shapes, ours are put in their
place, and a warm start goes on from there; what it remembers of its steps begins anew with each call.
Its Adam adds ε before it corrects the cold start, not after. Here that makes a part in 10³ of the loss of
the fifth epoch, so its ε is set anew before each step, to what gives the step of the paper.
"""

import warnings

import common
import dense

options = common.arguments()

EPOCHS = 20

import numpy as np  # noqa: E402
import sklearn  # noqa: E402
from sklearn.neural_network import MLPClassifier, _multilayer_perceptron  # noqa: E402


class Adam(_multilayer_perceptron.AdamOptimizer):
    def _get_updates(self, grads):
        self.epsilon = 1e-8 * (1 - self.beta_2 ** (self.t + 1)) ** 0.5
        return super()._get_updates(grads)


_multilayer_perceptron.AdamOptimizer = Adam

# It warns that the epochs are over before it stops learning.
warnings.simplefilter("ignore")


def make_steps(work):
    labels = work.y.argmax(axis=1)
    net = MLPClassifier(
        hidden_layer_sizes=[len(b) for b in work.biases[:-1]], activation="relu", solver="adam",
        alpha=0.0, batch_size=work.batch, learning_rate_init=work.rate, shuffle=False,
        max_iter=EPOCHS, tol=0.0, n_iter_no_change=10 * EPOCHS, random_state=1)
    net.partial_fit(work.x[:work.batch], labels[:work.batch], classes=np.arange(work.y.shape[1]))
    net.coefs_ = [w.copy() for w in work.weights]
    net.intercepts_ = [b.copy() for b in work.biases]
    net.warm_start = True

    def steps():
        before = len(net.loss_curve_)
        net.fit(work.x, labels)
        assert net.coefs_[0].dtype == np.float32
        return net.loss_curve_[before:]

    return steps


common.report_many(
    options, f"scikit-learn {sklearn.__version__}", make_steps(dense.work(options)), EPOCHS)
