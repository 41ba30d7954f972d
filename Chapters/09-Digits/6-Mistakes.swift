import BinaryClassifier
import Multiclass
import Regression
import Workbook

/*:
 ## What is taken for what

 The accuracy of \(mistakes.accuracy), from \(mistakes.accuracy.low) to
 \(mistakes.accuracy.high), says how many of the \(mistakes.count) test digits
 are recognised. The **confusion matrix** says which are not. Its rows are the
 truth and its columns the prediction, as in scikit-learn. Some books have it
 the other way round, and then precision and recall are exchanged. So read the
 axes before the numbers.

 ![The confusion matrix of the test set](figure:confusion)

 [Chapter 3](chapter:3) has precision, recall and F₁ for one positive class.
 Here each class is the positive one in turn.

 ![Precision, recall and F₁ by class, and their means. Recall has its
 interval](table:by-class)

 A class has few examples, so one mistake more moves its recall by
 \(mistakes.step) points or more. To call one digit harder than another needs
 more digits.

 ## Three means over the classes

 The **macro** mean weighs all classes alike. The **weighted** mean weighs each
 by its number of examples. The **micro** mean first adds the counts of all
 classes. Every mistake is a false positive of one class and a false negative of
 another. So micro precision, recall and F₁ are all the accuracy, and so is the
 weighted recall:

 $$
 \sum_c \frac{n_c}{n} \cdot \frac{\text{right}_c}{n_c}
 = \frac1n \sum_c \text{right}_c
 $$

 The digits are balanced, so the three means hardly differ here.

 > **Guess:** Now ask only: is the class \(mistakes.rare)? A constant answers
 > “no” to each digit of the test set. What are its accuracy and its macro F₁?
 >
 > Its accuracy is \(constant.accuracy), and its weighted F₁ is still
 > \(constant.weighted). The macro F₁ is \(constant.macro): the F₁ of the class
 > that it never finds is zero.

 A class that occurs and is never predicted has no precision: $0/0$. In our
 macro mean it counts as zero, since without it the constant would gain. A class
 that neither occurs nor is predicted has no measure at all. It is left out of
 the mean, and the table has a dash. scikit-learn does the same by default, and
 a warning tells of the zeros. If the classes are named by `labels=`, it counts
 an absent class as zero too, and the macro mean falls.

 ## Look at them

 ![The worst mistakes, ten at most, by falling loss](figure:worst-mistakes)

 ![The first digits of the test set, each with its class and the
 prediction](figure:sample-predictions)

 Every mistake has a loss of $\log 2$ or more, since another class is at least
 as probable as the true one. The loss is highest where the network is certain
 and wrong. Such a list is a good way to find wrong labels and bad pictures, on
 the validation set: a choice made after looking at the test set would spend it.
 */

/// Shows what a network takes for what, on examples that it has not seen.
func judgeMistakes<Scalar: FloatingField>(
  on run: inout RunRecorder, _ network: Network<Scalar>,
  _ points: LabelledPoints, _ images: LabelledImages
) {
  run.section("What is taken for what")
  let judged = JudgedPredictions(network, points)
  let names = images.classNames
  let confusion = judged.confusion
  run.record(confusion.total, as: "mistakes.count", label: "test digits")
  run.record(
    confusion.accuracyInterval, as: "mistakes.accuracy", label: "test accuracy")
  run.record(
    100 / Double(confusion.counts.indices.map(confusion.support).max() ?? 1),
    .decimals(1), as: "mistakes.step",
    label: "what one mistake takes from a recall, in points")
  run.show(Figure("confusion", ConfusionPlot(confusion, classNames: names)))
  run.show(classTable(confusion, names))
  checkMeans(on: &run, confusion)
  judgeConstant(on: &run, points, names)
  let wrong = judged.worst.filter { !judged.isRight($0) }.prefix(10)
  run.show(Figure("worst-mistakes", judged.grid(Array(wrong), images)))
  run.show(
    Figure(
      "sample-predictions",
      judged.grid(Array(0..<min(10, points.count)), images)))
  run.check(
    "a mistake has a loss of log 2 or more",
    judged.losses.indices.allSatisfy {
      judged.isRight($0) || judged.losses[$0] >= Double.log(2) - 1e-9
    }, detail: "another class is at least as probable as the true one")
}

//#-hidden-code
/// What a network says to some examples, and what is true.
struct JudgedPredictions: Sendable {
  let points: LabelledPoints
  /// The logits, `[n, classes]`.
  let logits: Matrix<Double>
  /// The probabilities, `[n, classes]`.
  let probabilities: Matrix<Double>
  let predicted: [Int]
  /// The cross-entropy of each example.
  let losses: [Double]

  init<Scalar: FloatingField>(
    _ network: Network<Scalar>, _ points: LabelledPoints
  ) {
    let x = Matrix<Scalar>(rounding: points.points)
    self.init(points, logits: Matrix(rounding: network.logits(from: x)))
  }

  /// Creates the predictions of logits, `[n, classes]`.
  init(_ points: LabelledPoints, logits z: Matrix<Double>) {
    self.points = points
    logits = z
    probabilities = Activation<Double>.softmax(z)
    predicted = (0..<z.rows).map { row in
      (1..<max(1, z.columns)).reduce(0) { z[row, $1] > z[row, $0] ? $1 : $0 }
    }
    losses = points.labels.enumerated().map { row, label in
      let scores = z.row(row).elements
      let shift = scores.max() ?? 0
      let sum = scores.reduce(0) { $0 + Double.exp($1 - shift) }
      return shift + Double.log(sum) - z[row, label]
    }
  }

  var confusion: ConfusionMatrix {
    ConfusionMatrix(
      actual: points.labels, predicted: predicted, classes: points.classes)
  }
  func isRight(_ example: Int) -> Bool {
    predicted[example] == points.labels[example]
  }
  var meanLoss: Double { losses.reduce(0, +) / Double(losses.count) }
  /// The examples from the highest loss to the lowest.
  var worst: [Int] {
    losses.indices.sorted { (losses[$0], $1) > (losses[$1], $0) }
  }

  /// Returns pictures of examples, with the truth and the prediction.
  func grid(_ examples: [Int], _ images: LabelledImages) -> ImageGrid {
    let names = images.classNames
    return ImageGrid(
      height: images.height, width: images.width,
      images: examples.map { points.points.row($0).elements },
      captions: examples.map { example in
        let guess = predicted[example]
        let sure = NumberFormat.percent(0).text(
          of: probabilities[example, guess])
        let truth = names[points.labels[example]]
        return isRight(example)
          ? "is \(truth), \(sure)"
          : "is \(truth), taken for \(names[guess]), \(sure)"
      })
  }
}

/// Returns precision, recall and F1 of each class, and their means.
private func classTable(
  _ confusion: ConfusionMatrix, _ names: [String]
) -> Table {
  let percent = NumberFormat.percent(1)
  let classes = names.indices.map { label -> [Table.Cell] in
    [
      .text(names[label]), .count(confusion.support(of: label)),
      .init(confusion.precision(of: label), percent),
      .accuracy(confusion.recallInterval(of: label)),
      .init(confusion.f1(of: label), percent),
    ]
  }
  let means: [[Table.Cell]] = [
    [
      "macro", .count(confusion.total),
      .init(confusion.macroPrecision, percent),
      .text(confusion.macroRecall.map(percent.text) ?? "–"),
      .init(confusion.macroF1, percent),
    ],
    [
      "weighted", .count(confusion.total),
      .init(confusion.weightedPrecision, percent),
      .text(confusion.weightedRecall.map(percent.text) ?? "–"),
      .init(confusion.weightedF1, percent),
    ],
  ]
  return Table(
    "by-class", columns: ["class", "n", "precision", "recall", "F₁"],
    rows: classes + means)
}

/// Checks what the means have to do with the accuracy, in exact fractions.
private func checkMeans(
  on run: inout RunRecorder, _ confusion: ConfusionMatrix
) {
  let counts = confusion.counts
  let right = counts.indices.reduce(0) { $0 + counts[$1][$1] }
  let accuracy = Rational(right, max(1, confusion.total))
  var weightedRecall: Rational = 0
  var (positives, negatives) = (0, 0)
  for label in counts.indices {
    let support = confusion.support(of: label)
    let column = counts.reduce(0) { $0 + $1[label] }
    positives += column - counts[label][label]
    negatives += support - counts[label][label]
    if support == 0 { continue }
    weightedRecall +=
      Rational(support, confusion.total)
      * Rational(counts[label][label], support)
  }
  let microF1 = Rational(
    2 * right, max(1, 2 * right + positives + negatives))
  run.check(
    "the accuracy is the weighted recall and the micro F1, exactly",
    weightedRecall == accuracy && microF1 == accuracy
      && abs((confusion.weightedRecall ?? .nan) - Double(accuracy)) < 1e-14,
    detail: "in fractions; every mistake is counted twice")
  let turned = ConfusionMatrix(rowsAndColumnsExchanged: confusion)
  run.check(
    "with rows and columns exchanged, precision is recall",
    counts.indices.allSatisfy {
      turned.precision(of: $0) == confusion.recall(of: $0)
        && turned.recall(of: $0) == confusion.precision(of: $0)
        && turned.f1(of: $0) == confusion.f1(of: $0)
    } && turned.accuracy == confusion.accuracy,
    detail: "and F1 and the accuracy are the same")
}

extension ConfusionMatrix {
  /// Creates the matrix of the other convention.
  fileprivate init(rowsAndColumnsExchanged matrix: ConfusionMatrix) {
    let pairs = matrix.counts.enumerated().flatMap { actual, row in
      row.enumerated().flatMap { predicted, count in
        Array(repeating: (actual, predicted), count: count)
      }
    }
    self.init(
      actual: pairs.map(\.1), predicted: pairs.map(\.0), classes: matrix.classes
    )
  }
}

/// Asks for one digit only, and answers no to all.
private func judgeConstant(
  on run: inout RunRecorder, _ points: LabelledPoints, _ names: [String]
) {
  let rare = min(8, points.classes - 1)
  let constant = ConfusionMatrix(
    actual: points.labels.map { $0 == rare ? 1 : 0 },
    predicted: points.labels.map { _ in 0 }, classes: 2)
  run.ask("Is it the digit \(names[rare])? What does a constant no reach?")
  run.record(rare, as: "mistakes.rare", label: "the class that is asked for")
  for (name, label, value) in [
    ("accuracy", "accuracy", constant.accuracy),
    ("weighted", "weighted F1", constant.weightedF1),
    ("macro", "macro F1", constant.macroF1),
  ] {
    run.record(
      value ?? .nan, .percent(1), as: "constant.\(name)",
      label: "\(label) of the constant")
  }
  run.check(
    "a constant has a high accuracy, and a macro F1 below a half",
    (constant.accuracy ?? 0) > 0.85 && (constant.macroF1 ?? 1) < 0.5,
    detail: "one of ten classes against the others")
}
//#-end-hidden-code
