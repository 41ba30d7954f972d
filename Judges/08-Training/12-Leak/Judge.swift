import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  let sets = [
    Truth.Sets(exam, steps: [-3, -2, -1, 0, 1, 2, 3], test: 4, features: 3),
    Truth.Sets(exam, steps: [-3, -1, 0, 1, 3], test: 9, features: 4),
  ]
  exam.part("columns of which each changes")
  for set in sets { try examine(set, exam) }
  exam.part("a column that never changes in training")
  for set in sets {
    for column in 0..<set.features { try examine(set.constant(column), exam) }
  }
  exam.part("a test set of one row")
  for set in sets { try examine(set.firstTestRow, exam) }

  exam.part("leaks, of functions that do not leak")
  for (name, prepare) in Truth.tight {
    try exam.check(
      !leaks(prepare), "leaks says that this leaks: \(name)",
      cause:
        "a test row may depend on itself and on the training set; compare the other rows only, "
        + "and with no formula")
  }
  exam.part("leaks, of functions that leak")
  for (name, cause, prepare) in Truth.leaking {
    try exam.check(leaks(prepare), "leaks does not find: \(name)", cause: cause)
  }
  exam.part("leaks, in another order")
  try exam.askAgain(
    Truth.tight.map { tight in (false, { leaks(tight.1) }) }
      + Truth.leaking.map { leaking in (true, { leaks(leaking.2) }) }, of: "leaks")
  exam.note("your check finds \(Truth.leaking.count) leaks, and none where there is none")
}

/// Compares what the answer makes of both sets with what is right.
private func examine(_ set: Truth.Sets, _ exam: Exam) throws {
  let exact = Statistics<Rational>(of: Matrix(set.training))
  try exam.check(
    exact.mean == set.mean && exact.variance == set.deviation.map { $0 * $0 },
    "Statistics(of:) gives other means or variances than it did",
    cause: "it is right as it is given: put it back")

  let own = Truth.Scaling(Matrix(set.training))
  let all = Truth.Scaling(Truth.stacked(Matrix(set.training), Matrix(set.test)))
  let test = Truth.Scaling(Matrix(set.test))
  let none = Truth.Scaling(mean: own.mean.map { _ in 0 }, variance: own.variance.map { _ in 1 })
  let uncentred = Truth.Scaling(mean: none.mean, variance: own.variance)
  let notScaled = Truth.Scaling(mean: own.mean, variance: none.variance)
  let pooled = Truth.Scaling(
    mean: own.mean.map { _ in own.mean.sum / Double(set.features) },
    variance: own.variance)
  let n = Double(set.training.rows)
  let sample = Truth.Scaling(mean: own.mean, variance: own.variance.map { $0 * n / (n - 1) })
  let squared = Truth.Scaling(mean: own.mean, variance: own.variance.map { $0 * $0 })

  let received = prepared(training: set.training, test: set.test)
  for (name, rows, ours, isTest) in [
    ("training", set.training, received.training, false),
    ("test", set.test, received.test, true),
  ] {
    try exam.expect(
      ours, equals: set.standardised(rows), within: .absolute(1e-12), of: "prepared(…).\(name)",
      expectedMistakes: [
        "mean and deviation are those of all rows: the test set has leaked": all.applied(to: rows),
        isTest
          ? "the test set has a mean and a deviation of its own: it takes those of the training set"
          : "the training set has the mean and the deviation of the test set":
          test.applied(to: rows),
        "nothing was done to it; both sets are standardised": rows,
        "a deviation of 0 is divided by: such a column has its mean taken off, and that is all":
          own.applied(to: rows, dividesByZero: true),
        "a column that never changes is lost; what differs in the test set stays a difference":
          own.applied(to: rows, flattens: true),
        "a column that never changes has its mean taken off, too": own.applied(
          to: rows, keeps: true),
        "divided by the variance, and not by its root": squared.applied(to: rows),
        "the mean is not taken off": uncentred.applied(to: rows),
        "the mean is taken off, and nothing is divided": notScaled.applied(to: rows),
        "each column has a mean of its own": pooled.applied(to: rows),
        "the variance is the mean of the squares: divided by n, and not by n − 1":
          sample.applied(to: rows),
        "a small number is added to the deviation; only a deviation of 0 is an exception":
          own.applied(to: rows, added: 1e-8),
      ])
  }
}

/// What the answer is compared with, under a name that no answer is likely to use.
private enum Truth {
  typealias Rows = Matrix<Double>

  /// Two sets of which each column of the training set has a mean and a deviation that are known exactly.
  struct Sets {
    private(set) var training: Rows  // [n, features]
    private(set) var test: Rows  // [m, features]
    private(set) var mean: Vector<Rational>
    private(set) var deviation: Vector<Rational>

    var features: Int { training.columns }

    /// Draws sets whose columns are a mean and steps up and down from it.
    ///
    /// - Parameter steps: Steps whose mean is 0 and the mean of whose squares is 4.
    init(_ exam: Exam, steps: [Double], test: Int, features: Int) {
      var random = exam.random("sets of \(steps.count)")
      let centres = (0..<features).map { _ in 3 + random.dyadic() }
      let widths = (0..<features).map { Double($0 + 1) / 4 }
      let orders = (0..<features).map { _ in random.shuffled(steps) }
      training = Matrix(rows: steps.count, columns: features) {
        centres[$1] + widths[$1] * orders[$1][$0]
      }
      self.test = Matrix(rows: test, columns: features) { _, column in
        centres[column] + 1.5 + random.dyadic()
      }
      mean = Vector(centres.map { Rational($0) })
      deviation = Vector(widths.map { Rational(2 * $0) })
    }

    /// Returns the sets with a column that is 2.5 in each row of the training set.
    func constant(_ column: Int) -> Sets {
      var sets = self
      for row in 0..<training.rows { sets.training[row, column] = 2.5 }
      (sets.mean[column], sets.deviation[column]) = (5 / 2, 0)
      return sets
    }

    /// The sets with a test set of its first row alone.
    var firstTestRow: Sets {
      var sets = self
      sets.test = test.rows(at: [0])
      return sets
    }

    /// Returns rows less the mean, divided by the deviation where it is not 0; exact, then rounded.
    func standardised(_ rows: Rows) -> Rows {
      Matrix(rows: rows.rows, columns: rows.columns) { row, column in
        let centred = Rational(rows[row, column]) - mean[column]
        return Double(deviation[column] == 0 ? centred : centred / deviation[column])
      }
    }
  }

  static func stacked(_ first: Rows, _ second: Rows) -> Rows {
    Matrix(
      rows: first.rows + second.rows, columns: first.columns,
      elements: first.elements + second.elements)
  }

  /// A mean and a variance for each column.
  struct Scaling {
    var mean: Vector<Double>
    var variance: Vector<Double>

    init(mean: Vector<Double>, variance: Vector<Double>) {
      (self.mean, self.variance) = (mean, variance)
    }

    init(_ rows: Rows) {
      let mean = rows.sumOfRows / Double(rows.rows)
      let centred = Matrix(rows: rows.rows, columns: rows.columns) { rows[$0, $1] - mean[$1] }
      (self.mean, variance) = (mean, (centred ⊙ centred).sumOfRows / Double(rows.rows))
    }

    func applied(
      to rows: Rows, dividesByZero: Bool = false, flattens: Bool = false, keeps: Bool = false,
      added: Double = 0
    ) -> Rows {
      Matrix(rows: rows.rows, columns: rows.columns) { row, column in
        let centred = rows[row, column] - mean[column]
        if variance[column] == 0 && !dividesByZero && added == 0 {
          return keeps ? rows[row, column] : flattens ? 0 : centred
        }
        return centred / (variance[column].squareRoot() + added)
      }
    }
  }

  // MARK: Functions that a check is shown

  static func mapColumns(
    _ rows: Rows, _ transform: (_ column: Int, _ value: Double) -> Double
  ) -> Rows {
    Matrix(rows: rows.rows, columns: rows.columns) { transform($1, rows[$0, $1]) }
  }

  static func range(_ rows: Rows, _ column: Int) -> ClosedRange<Double> {
    let values = rows.column(column).elements
    return (values.min() ?? 0)...(values.max() ?? 0)
  }

  static func median(_ rows: Rows, _ column: Int) -> Double {
    let values = rows.column(column).elements.sorted()
    return (values[(values.count - 1) / 2] + values[values.count / 2]) / 2
  }

  static var tight: [(String, Prepare)] {
    [
      (
        "both sets with mean and deviation of the training set",
        { training, test in
          let own = Scaling(training)
          return (own.applied(to: training), own.applied(to: test))
        }
      ),
      ("nothing is done", { ($0, $1) }),
      (
        "both sets put between 0 and 1 by the training set's smallest and largest",
        { training, test in
          func scaled(_ rows: Rows) -> Rows {
            mapColumns(rows) { column, value in
              let range = range(training, column)
              return (value - range.lowerBound) / (range.upperBound - range.lowerBound)
            }
          }
          return (scaled(training), scaled(test))
        }
      ),
      (
        "each row divided by its own length",
        { training, test in
          func scaled(_ rows: Rows) -> Rows {
            Matrix(rows: rows.rows, columns: rows.columns) {
              rows[$0, $1] / (1 + rows.row($0).squaredNorm).squareRoot()
            }
          }
          return (scaled(training), scaled(test))
        }
      ),
      (
        "the test set cut off where the training set ends",
        { training, test in
          (
            training,
            mapColumns(test) { column, value in
              let range = range(training, column)
              return min(max(value, range.lowerBound), range.upperBound)
            }
          )
        }
      ),
      (
        "the median of the training set taken off, and squares as further columns",
        { training, test in
          func widened(_ rows: Rows) -> Rows {
            Matrix(rows: rows.rows, columns: 2 * rows.columns) { row, column in
              let own = column % rows.columns
              let value = rows[row, own] - median(training, own)
              return column < rows.columns ? value : value * value
            }
          }
          return (widened(training), widened(test))
        }
      ),
      (
        "the training set sorted by its first column, and the columns of both turned round",
        { training, test in
          let order = (0..<training.rows).sorted { training[$0, 0] < training[$1, 0] }
          func turned(_ rows: Rows) -> Rows {
            Matrix(rows: rows.rows, columns: rows.columns) { rows[$0, rows.columns - 1 - $1] }
          }
          return (turned(training.rows(at: order[...])), turned(test))
        }
      ),
    ]
  }

  static var leaking: [(String, String, Prepare)] { ofAllRows + ofTestRows + ofOne }

  /// Functions that measure all rows.
  static var ofAllRows: [(String, String, Prepare)] {
    [
      (
        "mean and deviation of all rows", "change the test rows: does anything else change?",
        { training, test in
          let all = Scaling(stacked(training, test))
          return (all.applied(to: training), all.applied(to: test))
        }
      ),
      (
        "the training set by all rows, the test set by the training set",
        "the prepared training set has to be compared as well",
        { training, test in
          (
            Scaling(stacked(training, test)).applied(to: training),
            Scaling(training).applied(to: test)
          )
        }
      ),
      (
        "the largest of all rows", "a small change does not become the largest: replace by 100",
        { training, test in
          let all = stacked(training, test)
          func scaled(_ rows: Rows) -> Rows {
            mapColumns(rows) { $1 / (10 + range(all, $0).upperBound) }
          }
          return (scaled(training), scaled(test))
        }
      ),
      (
        "the smallest of all rows", "large numbers alone do not show it: replace by −100 as well",
        { training, test in
          let all = stacked(training, test)
          func shifted(_ rows: Rows) -> Rows {
            mapColumns(rows) { $1 - range(all, $0).lowerBound }
          }
          return (shifted(training), shifted(test))
        }
      ),
      (
        "the median of all rows", "one row among many may not move it up: replace by −100 as well",
        { training, test in
          let all = stacked(training, test)
          func shifted(_ rows: Rows) -> Rows { mapColumns(rows) { $1 - median(all, $0) } }
          return (shifted(training), shifted(test))
        }
      ),
      (
        "the number of all rows, and nothing of what stands in them",
        "no replaced number shows it: leave a row out",
        { training, test in
          let all = Double(training.rows + test.rows)
          return (training / all, test / all)
        }
      ),
      (
        "the training set alone divided by the number of all rows",
        "no replaced number shows it: leave a row out, and compare the training set",
        { training, test in (training / Double(training.rows + test.rows), test) }
      ),
      (
        "the sum of the training set divided by the number of all rows",
        "no replaced number shows it: leave a row out",
        { training, test in
          let mean = training.sumOfRows / Double(training.rows + test.rows)
          return (training + -1 * mean, test + -1 * mean)
        }
      ),
    ]
  }

  /// Functions that measure the test set.
  static var ofTestRows: [(String, String, Prepare)] {
    [
      (
        "each set with its own mean and deviation",
        "the other test rows have to be compared as well as the training set",
        { training, test in
          (Scaling(training).applied(to: training), Scaling(test).applied(to: test))
        }
      ),
      (
        "both sets with mean and deviation of the test set",
        "change the test rows: does anything else change?",
        { training, test in
          let own = Scaling(test)
          return (own.applied(to: training), own.applied(to: test))
        }
      ),
      (
        "the training set cut off where the test set ends",
        "the prepared training set has to be compared, for test rows of 100 and of −100",
        { training, test in
          let cut = mapColumns(training) { column, value in
            let range = range(test, column)
            return min(max(value, range.lowerBound), range.upperBound)
          }
          return (cut, test)
        }
      ),
      (
        "each test number replaced by its rank among the test rows",
        "the other test rows have to be compared as well as the training set",
        { training, test in
          (
            training,
            mapColumns(test) { column, value in
              Double(test.column(column).elements.count { $0 < value })
            }
          )
        }
      ),
      (
        "the test set divided by its largest, where that is larger than 50",
        "numbers have to be large to show it, and the other test rows have to be compared",
        { training, test in
          (training, mapColumns(test) { $1 / max(50, range(test, $0).upperBound) })
        }
      ),
      (
        "the test set divided by the number of its rows",
        "no replaced number shows it: leave a row out, and compare the others",
        { training, test in (training, test / Double(test.rows)) }
      ),
      (
        "the training set cut off at the test set's largest, where that is above 50",
        "the training set has to be compared, for test rows of 100",
        { training, test in
          let largest = test.elements.max() ?? 0
          return (largest > 50 ? training.map { min($0, largest / 1_000) } : training, test)
        }
      ),
      (
        "the training set cut off at the test set's smallest, where that is below −50",
        "the training set has to be compared, for test rows of −100",
        { training, test in
          let smallest = test.elements.min() ?? 0
          return (smallest < -50 ? training.map { max($0, smallest / 1_000) } : training, test)
        }
      ),
      (
        "each test row less the test row before it",
        "every test row has to be changed in turn, and all others compared",
        { training, test in
          (
            training,
            Matrix(rows: test.rows, columns: test.columns) {
              test[$0, $1] - ($0 > 0 ? test[$0 - 1, $1] : 0)
            }
          )
        }
      ),
    ]
  }

  /// Functions that let through little.
  static var ofOne: [(String, String, Prepare)] {
    [
      (
        "the mean of all rows in the last column alone", "change and compare every column",
        { training, test in
          let mean = Scaling(stacked(training, test)).mean
          func shifted(_ rows: Rows) -> Rows {
            mapColumns(rows) { $0 == rows.columns - 1 ? $1 - mean[$0] : $1 }
          }
          return (shifted(training), shifted(test))
        }
      ),
      (
        "the mean of all rows in the first column alone", "change and compare every column",
        { training, test in
          let mean = Scaling(stacked(training, test)).mean
          func shifted(_ rows: Rows) -> Rows { mapColumns(rows) { $0 == 0 ? $1 - mean[$0] : $1 } }
          return (shifted(training), shifted(test))
        }
      ),
      (
        "the last test row counted among the training rows",
        "every test row has to be changed in turn",
        { training, test in
          let own = Scaling(stacked(training, test.rows(at: [test.rows - 1])))
          return (own.applied(to: training), own.applied(to: test))
        }
      ),
      (
        "the first test row counted among the training rows",
        "every test row has to be changed in turn",
        { training, test in
          let own = Scaling(stacked(training, test.rows(at: [0])))
          return (own.applied(to: training), own.applied(to: test))
        }
      ),
      (
        "a hundredth of the test set's mean taken off the last training row",
        "compare every row, and exactly: a right function gives the same numbers",
        { training, test in
          let mean = Scaling(test).mean
          var new = training
          for column in 0..<new.columns { new[new.rows - 1, column] -= mean[column] / 100 }
          return (new, test)
        }
      ),
      (
        "the last test row taken off the first",
        "every test row has to be changed in turn, and all others compared",
        { training, test in
          var new = test
          for column in 0..<new.columns { new[0, column] -= test[test.rows - 1, column] }
          return (training, new)
        }
      ),
      (
        "the first test row taken off the last",
        "every test row has to be changed in turn, and all others compared",
        { training, test in
          var new = test
          for column in 0..<new.columns { new[new.rows - 1, column] -= test[0, column] }
          return (training, new)
        }
      ),
    ]
  }
}
