import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  exam.part("right operations")
  var random = exam.random("check")
  let right: [(String, Operation)] = [
    ("tanh", .tanh), ("exp", .exp), ("leaky ReLU", .leaky), ("a softmax of rows", .softmax),
    ("the sums along each row", .sums), ("an order of columns", .rotated),
  ]
  for (name, operation) in right {
    // A step may cross a kink once, by chance.
    let refusals = (0..<5).count { _ in !isRight(operation, using: &random) }
    try exam.check(
      refusals <= 1, "isRight refuses \(name), which is right",
      cause: "an entry of x lies on a kink, or x or d is too large for differences")
  }

  exam.part("wrong operations")
  for (index, wrong) in Wrong.all.enumerated() {
    let refusals = (0..<5).count { _ in !isRight(wrong.operation, using: &random) }
    try exam.check(
      refusals > 0, "isRight lets \(wrong.words) pass, 5 times of 5",
      cause: "\(wrong.cause); \(index) of \(Wrong.all.count) were refused before it")
  }
  exam.note("all \(Wrong.all.count) wrong operations were refused")
}

/// An operation with a wrong backward line.
private struct Wrong {
  let words: String
  let cause: String
  let operation: Operation

  static var all: [Wrong] { ignoring + mixing + signs }

  /// Those that leave out or change something of d or x.
  private static var ignoring: [Wrong] {
    [
      Wrong(
        words: "a tanh whose backward line ignores d",
        cause: "every entry of d is 1, and d and no d are the same",
        operation: Operation.tanh.replacingUpstream { _, d in d.map { _ in 1 } }),
      Wrong(
        words: "a tanh that uses d²", cause: "every entry of d is 0 or 1, its own square",
        operation: Operation.tanh.replacingUpstream { _, d in d ⊙ d }),
      Wrong(
        words: "a leaky ReLU that forgets the leak", cause: "no entry of x is negative",
        operation: Operation(
          forward: Operation.leaky.forward, backward: { x, d in d ⊙ x.map { $0 < 0 ? 0 : 1 } })),
      Wrong(
        words: "a leaky ReLU that has the leak everywhere", cause: "no entry of x is positive",
        operation: Operation(
          forward: Operation.leaky.forward, backward: { _, d in 0.01 * d })),
      Wrong(
        words: "a leaky ReLU that ignores d where x is negative",
        cause: "d is 1 wherever x is negative",
        operation: Operation(
          forward: Operation.leaky.forward,
          backward: { x, d in x.combining(d) { x, d in x < 0 ? 0.01 : d } })),
      Wrong(
        words: "an exp that takes x for d", cause: "d is x",
        operation: Operation.exp.replacingUpstream { x, _ in x }),
    ]
  }

  /// Those that change a sign.
  private static var signs: [Wrong] {
    [
      Wrong(
        words: "an exp that uses |d|", cause: "no entry of d is negative",
        operation: Operation.exp.replacingUpstream { _, d in d.map { abs($0) } }),
      Wrong(
        words: "an exp that uses −|d|", cause: "no entry of d is positive",
        operation: Operation.exp.replacingUpstream { _, d in d.map { -abs($0) } }),
    ]
  }

  /// Those that take one entry for another.
  private static var mixing: [Wrong] {
    let alikeInRows = "d is the same number along each row"
    return [
      Wrong(
        words: "a softmax whose gradients are all 0",
        cause: alikeInRows + ", and the probabilities of a row add up to 1 anyway",
        operation: Operation(
          forward: Operation.softmax.forward, backward: { x, _ in x.map { _ in 0 } })),
      Wrong(
        words: "an exp that uses the mean of d", cause: "every entry of d is the same number",
        operation: Operation.exp.replacingUpstream { _, d in
          let mean = d.sum / Double(d.rows * d.columns)
          return d.map { _ in mean }
        }),
      Wrong(
        words: "an exp that uses the first row of d for all", cause: "all rows of d are the same",
        operation: Operation.exp.replacingUpstream { _, d in
          Matrix(rows: d.rows, columns: d.columns) { d[0, $1] }
        }),
      Wrong(
        words: "an exp that uses the first column of d for all", cause: alikeInRows,
        operation: Operation.exp.replacingUpstream { _, d in
          Matrix(rows: d.rows, columns: d.columns) { row, _ in d[row, 0] }
        }),
      Wrong(
        words: "a tanh that uses the first row of x for all", cause: "all rows of x are the same",
        operation: Operation(
          forward: Operation.tanh.forward,
          backward: { x, d in
            Operation.tanh.backward(Matrix(rows: x.rows, columns: x.columns) { x[0, $1] }, d)
          })),
      Wrong(
        words: "a tanh that uses the first column of x for all",
        cause: "x is the same number along each row",
        operation: Operation(
          forward: Operation.tanh.forward,
          backward: { x, d in
            Operation.tanh.backward(
              Matrix(rows: x.rows, columns: x.columns) { row, _ in x[row, 0] }, d)
          })),
    ]
  }
}

extension Operation {
  /// Returns the operation with a backward line that is given something else for d.
  fileprivate func replacingUpstream(
    _ upstream: @escaping (_ x: Matrix<Double>, _ d: Matrix<Double>) -> Matrix<Double>
  ) -> Operation {
    Operation(forward: forward, backward: { x, d in backward(x, upstream(x, d)) })
  }

  /// The sums of all entries of a row up to each.
  fileprivate static var sums: Operation {
    Operation(
      forward: { x in
        Matrix(rows: x.rows, columns: x.columns) { row, column in
          (0...column).map { x[row, $0] }.reduce(0, +)
        }
      },
      backward: { _, d in
        Matrix(rows: d.rows, columns: d.columns) { row, column in
          (column..<d.columns).map { d[row, $0] }.reduce(0, +)
        }
      })
  }

  /// The columns, each moved to the place of the next, and the last to the first.
  fileprivate static var rotated: Operation {
    func moved(_ x: Matrix<Double>, by step: Int) -> Matrix<Double> {
      Matrix(rows: x.rows, columns: x.columns) { row, column in
        x[row, (column + x.columns + step) % x.columns]
      }
    }
    return Operation(forward: { moved($0, by: -1) }, backward: { moved($1, by: 1) })
  }

  fileprivate static var tanh: Operation {
    Operation(
      forward: { x in x.map(Double.tanh) },
      backward: { x, d in d ⊙ x.map { 1 - Double.tanh($0) * Double.tanh($0) } })
  }

  fileprivate static var exp: Operation {
    Operation(forward: { x in x.map(Double.exp) }, backward: { x, d in d ⊙ x.map(Double.exp) })
  }

  fileprivate static var leaky: Operation {
    Operation(
      forward: { x in x.map { $0 < 0 ? 0.01 * $0 : $0 } },
      backward: { x, d in d ⊙ x.map { $0 < 0 ? 0.01 : 1 } })
  }

  fileprivate static var softmax: Operation {
    Operation(
      forward: shares,
      backward: { x, d in
        let p = shares(x)
        return Matrix(rows: x.rows, columns: x.columns) { row, column in
          p[row, column] * (d[row, column] - d.row(row).dot(p.row(row)))
        }
      })
  }

  private static func shares(_ x: Matrix<Double>) -> Matrix<Double> {
    let powers = x.map(Double.exp)
    return Matrix(rows: x.rows, columns: x.columns) { row, column in
      powers[row, column] / powers.row(row).sum
    }
  }
}
