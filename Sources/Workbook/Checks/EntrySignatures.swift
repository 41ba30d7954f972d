import Numbers
import Tensors

// Signatures of entries: right numbers in wrong places, zeros in wrong places, some entries wrong and
// the others right.
extension GradientPair {
  /// The transpose of the right gradient. It has the right shape only where rows and columns are equal
  /// in number, or where the entries were laid out in the wrong order.
  var transposed: String? {
    guard truth.shape.count == 2, truth.shape.allSatisfy({ $0 > 1 }) else { return nil }
    let flipped = Tensor(truth.name, Matrix(truth.matrix.transposed))
    return ours.agrees(with: flipped) ? "this is the transpose" : nil
  }

  /// The gradient in other parameters, or the parameters themselves.
  var anotherTensor: String? {
    guard wrong.count > 1 else { return nil }
    if ours.agrees(with: parameters) { return "these are the parameters, not their gradient" }
    return others.first { $0.name != truth.name && ours.agrees(with: $0) }
      .map { "this is the gradient in \($0.name)" }
  }

  /// The right entries, reversed, rotated or in some other order.
  var otherOrder: String? {
    let (rows, columns) = size
    let moved = Set(wrong.map { truth.elements[$0] })
    guard wrong.count > 1, moved.count > 1 else { return nil }
    func isOrder(_ source: (Int, Int) -> (Int, Int)) -> Bool {
      var expected = truth
      for index in truth.elements.indices {
        let (row, column) = source(index / columns, index % columns)
        expected.elements[index] = truth.elements[row * columns + column]
      }
      return ours.agrees(with: expected)
    }
    let what = rows == 1 ? "entries" : "columns"
    if isOrder({ (rows - 1 - $0, $1) }) { return "the order of the rows is reversed" }
    if isOrder({ ($0, columns - 1 - $1) }) { return "the order of the \(what) is reversed" }
    if isOrder({ (rows - 1 - $0, columns - 1 - $1) }) {
      return "the order of all entries is reversed"
    }
    for step in [1, -1] {
      if isOrder({ (($0 + step + rows) % rows, $1) }) { return "the rows are shifted by one" }
      if isOrder({ ($0, ($1 + step + columns) % columns) }) {
        return "the \(what) are shifted by one"
      }
    }
    let (sorted, right) = (ours.elements.sorted(), truth.elements.sorted())
    let isShuffled = zip(sorted, right).allSatisfy { agree($0, $1, beside: truth.scale) }
    return isShuffled && moved.count > 2 ? "these are the right entries, in another order" : nil
  }

  /// A mask in the wrong place: missing, inverted, or in place of what it lets through.
  var mask: String? {
    let zero = truth.elements.indices.filter { truth.elements[$0] == 0 }
    guard !zero.isEmpty, nonzero.count > 1 else { return nil }
    let offending = zero.filter { ours.elements[$0] != 0 }
    let isZeroElsewhere = nonzero.allSatisfy { ours.elements[$0] == 0 }
    if isZeroElsewhere, zero.count > 1, offending.count == zero.count {
      return "the mask is inverted: 0 exactly where the right gradient is not"
    }
    if offending.isEmpty, nonzero.allSatisfy({ ours.elements[$0] == 1 }) {
      return "1 where the right gradient is not 0: the mask is in place of what arrives from above"
    }
    guard wrong == offending, !offending.isEmpty else { return nil }
    return "not 0 in \(offending.count) of \(truth.elements.count) entries where it should be, and "
      + "elsewhere right: a mask is missing, such as that of a ReLU"
  }

  /// Zeros where the right gradient has none, and elsewhere the right entries.
  var leftOut: String? {
    guard !wrong.isEmpty, wrong.allSatisfy({ ours.elements[$0] == 0 }) else { return nil }
    func entries(where isMeant: (Double) -> Bool) -> [Int] {
      guard parameters.elements.count == truth.elements.count else { return [] }
      return nonzero.filter { isMeant(parameters.elements[$0]) }
    }
    // One entry alone says nothing about signs: all of them must be 0, and more than one.
    if wrong.count > 1, wrong.count < nonzero.count {
      if wrong == entries(where: { $0 < 0 }) {
        return "0 where the input is negative, which is wrong"
      }
      if wrong == entries(where: { $0 > 0 }) {
        return "0 where the input is positive, which is wrong"
      }
    }
    return "0 in \(wrong.count) of \(truth.elements.count) entries, and elsewhere right"
  }

  /// The same number in every entry.
  var oneNumber: String? {
    guard ours.elements.count > 1, let first = ours.elements.first else { return nil }
    guard ours.agrees(with: ours.map { _ in first }) else { return nil }
    let sum = truth.elements.reduce(0, +)
    if agree(first, sum, beside: truth.scale) { return "every entry is the sum of all entries" }
    let isMean = agree(first * Double(ours.elements.count), sum, beside: truth.scale)
    if isMean { return "every entry is the mean of all entries" }
    // Two small numbers may be equal by chance.
    return ours.elements.count > 2 ? "every entry is the same number" : nil
  }

  /// The same row in every row, or the same column in every column.
  var sameRows: String? {
    let (rows, columns) = size
    guard rows > 1, columns > 1 else { return nil }
    func fits(_ expected: (Int, Int) -> Double) -> Bool {
      ours.elements.indices.allSatisfy { index in
        agree(
          ours.elements[index], expected(index / columns, index % columns), beside: truth.scale)
      }
    }
    let matrix = truth.matrix
    let (sums, across) = (matrix.sumOfRows, Matrix(matrix.transposed).sumOfRows)
    if fits({ matrix[0, $1] }) { return "every row is the first" }
    if fits({ sums[$1] }) { return "every row is the sum of all rows" }
    if fits({ sums[$1] / Double(rows) }) { return "every row is the mean of all rows" }
    if fits({ row, _ in matrix[row, 0] }) { return "every column is the first" }
    if fits({ row, _ in across[row] }) { return "every column is the sum of all columns" }
    if fits({ row, _ in across[row] / Double(columns) }) {
      return "every column is the mean of all columns"
    }
    return nil
  }

  /// Large entries that are cut to one bound, and the others right.
  var clipped: String? {
    guard wrong.count > 1, wrong.count < ours.elements.count else { return nil }
    let bound = ours.scale
    let isCut = wrong.allSatisfy { index in
      let (entry, right) = (ours.elements[index], truth.elements[index])
      return agree(abs(entry), bound, beside: 0) && abs(right) > bound && entry * right > 0
    }
    return isCut
      ? "every entry beyond ±\(words(for: bound)) is cut to it, and elsewhere right" : nil
  }

  /// One factor in some entries, and the others right.
  var factorInSome: String? {
    guard let first = wrong.first, wrong.count < nonzero.count else { return nil }
    guard wrong.allSatisfy({ truth.elements[$0] != 0 }) else { return nil }
    let ratio = ours.elements[first] / truth.elements[first]
    let isOne = wrong.allSatisfy {
      agree(ours.elements[$0], ratio * truth.elements[$0], beside: 0)
    }
    let name = [-1, 2, 0.5].contains { agree(ratio, $0, beside: 0) }
    guard isOne, wrong.count > 1 || name else { return nil }
    return "× \(words(for: ratio)) in \(wrong.count) of \(truth.elements.count) entries, and "
      + "elsewhere right"
  }
}
