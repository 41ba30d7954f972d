import Regression
import Workbook

/*:
 ## How good is it?

 The table has four measures. **Accuracy** is the fraction of predictions that
 are right. It can mislead: where one class is rare, a network that never
 predicts it has a high accuracy. So one class, the second, is called positive.
 **Precision** is the fraction of positive predictions that are right, and
 **recall** the fraction of positive examples that are predicted as positive.
 Their harmonic mean is **F₁**.

 The threshold is a probability of ½, which is a logit of zero. To round the
 logit instead would be a mistake: its threshold would be a logit of ½.
 */

//#-hidden-code
extension Network where Scalar: FloatingField {
  /// Returns the predicted class of each row of `x`, `[n, features]`: by the
  /// sign of a single logit, or by the largest of several.
  package func classes(of x: Matrix<Scalar>) -> [Int] {
    let z = logits(from: x)  // [n, outputs]
    return (0..<z.rows).map { row in
      if z.columns == 1 { return z[row, 0] > 0 ? 1 : 0 }
      return (1..<z.columns).reduce(0) { z[row, $1] > z[row, $0] ? $1 : $0 }
    }
  }
}

extension Network where Scalar: FloatingField {
  /// Returns how often each class was predicted for each class.
  package func confusion(on points: LabelledPoints) -> ConfusionMatrix {
    ConfusionMatrix(
      actual: points.labels,
      predicted: classes(of: Matrix(rounding: points.points)),
      classes: points.classes)
  }

  /// Returns a plot of the predicted classes around some points of the plane.
  package func regions(around points: LabelledPoints) -> RegionPlot {
    RegionPlot(points) { classes(of: Matrix(rounding: $0)) }
  }
}

/// Returns accuracy, precision, recall and F1 of several sets of examples.
package func metricsTable(
  _ name: String, _ rows: [(name: String, matrix: ConfusionMatrix)]
) -> Table {
  Table(
    name, columns: ["", "n", "accuracy", "precision", "recall", "F₁"],
    rows: rows.map { name, matrix in
      [
        .text(name), .count(matrix.total),
        .init(matrix.accuracy, .percent(1)),
        .init(matrix.precision(of: 1), .percent(1)),
        .init(matrix.recall(of: 1), .percent(1)),
        .init(matrix.f1(of: 1), .percent(1)),
      ]
    })
}

extension Network {
  /// A diagram of the widths and activations of the network.
  package var diagram: NetworkDiagram {
    NetworkDiagram(
      [("features", layers.first?.weights.rows ?? 0)]
        + layers.map { ($0.activation.name, $0.weights.columns) })
  }
}

/// Returns a plot of the loss of each epoch.
package func lossPlot<Scalar: FloatingField>(_ losses: [Scalar]) -> LinePlot {
  LinePlot(
    x: .linear("epoch"), y: .log("loss"),
    series: [.init("training loss", losses.map { Double($0) })])
}
//#-end-hidden-code
