"""Labels and predictions, and what scikit-learn's metrics say to them."""

import random
import warnings

import numpy as np
from sklearn.exceptions import UndefinedMetricWarning
from sklearn.metrics import classification_report, confusion_matrix

from parity.files import demand_agreement

MEASURES = ["precision", "recall", "f1-score"]


def drawn_labels(rng, n, classes, skill, weights):
    """Returns labels of unequal frequency, and predictions of which a part is right."""
    actual = rng.choices(range(classes), weights, k=n)
    predicted = [label if rng.random() < skill else rng.choices(range(classes), weights)[0]
                 for label in actual]
    return actual, predicted


def means(by_class, weights):
    return [float(np.dot(weights, column) / np.sum(weights)) for column in np.transpose(by_class)]


def by_hand(actual, predicted, present):
    """Returns the measures by counting; 0/0 counts as 0, as it does in scikit-learn."""
    rows, supports = [], []
    for label in present:
        hits = sum(a == p == label for a, p in zip(actual, predicted))
        said, is_one = predicted.count(label), actual.count(label)
        rows.append([hits / said if said else 0.0, hits / is_one if is_one else 0.0,
                     2 * hits / (said + is_one)])
        supports.append(is_one)
    return {"by class": rows, "macro": means(rows, [1] * len(rows)),
            "weighted": means(rows, supports),
            "accuracy": sum(a == p for a, p in zip(actual, predicted)) / len(actual)}


def sklearn_report(actual, predicted, present):
    with warnings.catch_warnings():
        # scikit-learn warns where a measure is 0/0 and takes 0.
        warnings.simplefilter("ignore", UndefinedMetricWarning)
        report = classification_report(actual, predicted, output_dict=True)
    values = lambda name: [float(report[name][measure]) for measure in MEASURES]
    return {"by class": [values(str(label)) for label in present], "macro": values("macro avg"),
            "weighted": values("weighted avg"),
            "accuracy": float(np.mean(np.equal(actual, predicted)))}


def metrics_case(name, actual, predicted, classes):
    present = sorted(set(actual) | set(predicted))
    said = sklearn_report(actual, predicted, present)
    demand_agreement(name, NumPy=by_hand(actual, predicted, present), **{"scikit-learn": said})
    counts = confusion_matrix(actual, predicted, labels=range(classes)).tolist()
    return {"name": name, "classes": classes, "actual": actual, "predicted": predicted,
            "present": present, "counts": counts, "scikit-learn": said}


def metrics():
    rng = random.Random("peers metrics")
    balanced = drawn_labels(rng, 90, 10, 0.9, [1] * 10)
    rare = drawn_labels(rng, 80, 4, 0.6, [30, 8, 3, 1])
    absent = drawn_labels(rng, 40, 5, 0.7, [3, 2, 0, 4, 1])
    constant = rng.choices(range(3), [8, 2, 1], k=30)
    return [
        metrics_case("ten classes", *balanced, 10),
        metrics_case("a rare class", *rare, 4),
        metrics_case("a class that neither occurs nor is predicted", *absent, 5),
        metrics_case("classes that are never predicted", constant, [0] * 30, 3),
        metrics_case("a class that is predicted and does not occur",
                     [0, 0, 1, 1, 1, 0], [0, 2, 1, 1, 2, 0], 3),
        metrics_case("nothing right", [0, 1, 2, 1, 0], [1, 2, 0, 0, 2], 3),
    ]
