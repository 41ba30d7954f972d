import Numbers
import Tensors

// Signatures of what is added or taken off, with one fitted number: at least three entries must bear
// witness to it.
extension GradientPair {
  /// By how much each entry is too large.
  private var difference: [Double] { zip(ours.elements, truth.elements).map { $0 - $1 } }

  /// The magnitudes, squares or signs of the right entries.
  var functionOfTruth: String? {
    guard nonzero.count > 1, truth.elements.contains(where: { $0 < 0 }) else { return nil }
    if ours.agrees(with: truth.map { abs($0) }) {
      return "these are the magnitudes of the right entries: a sign is lost"
    }
    if ours.agrees(with: truth.map { $0 * $0 }) {
      return "these are the squares of the right entries"
    }
    return ours.agrees(with: truth.map { $0 == 0 ? 0 : $0 < 0 ? -1 : 1 })
      ? "only the signs of the right entries are left" : nil
  }

  /// The parameters after a step, in place of their gradient.
  var step: String? {
    guard nonzero.count > 2, parameters.elements.count == truth.elements.count else { return nil }
    let moves = zip(ours.elements, parameters.elements).map { $0 - $1 }
    guard let rate = factor(of: moves, over: truth.elements) else { return nil }
    return "these are the parameters after a step of \(words(for: rate)) times the gradient"
  }

  /// A multiple of each parameter that is too much: a decay of the weights.
  var decay: String? {
    guard parameters.elements.count == truth.elements.count, truth.elements.count > 2 else {
      return nil
    }
    guard let rate = factor(of: difference, over: parameters.elements) else { return nil }
    return
      "off by \(words(for: rate)) times each parameter: a decay that is missing, too much or of "
      + "the wrong sign"
  }

  /// Returns the one factor between two lists of at least three numbers, if there is one.
  private func factor(of numbers: [Double], over others: [Double]) -> Double? {
    let largest = others.indices.max { abs(others[$0]) < abs(others[$1]) }
    guard let largest, others[largest] != 0, others.count(where: { $0 != 0 }) > 2 else {
      return nil
    }
    let factor = numbers[largest] / others[largest]
    let isFactor = zip(numbers, others).allSatisfy {
      agree($0, factor * $1, beside: 100 * max(truth.scale, parameters.scale))
    }
    return isFactor && factor != 0 ? factor : nil
  }

  /// The same number too much in every entry.
  var constantDifference: String? {
    let difference = difference
    guard difference.count > 2, let first = difference.first else { return nil }
    guard difference.allSatisfy({ agree($0, first, beside: 100 * truth.scale) }) else { return nil }
    let mean = truth.elements.reduce(0, +) / Double(difference.count)
    return agree(first, -mean, beside: truth.scale)
      ? "the mean of all entries is taken off each"
      : "every entry is too large by \(words(for: first))"
  }

  /// In each wrong row one entry too large and another too small, by the same number: another label.
  var labels: String? {
    let (rows, columns) = size
    let difference = difference
    guard rows > 1, columns > 2, let unit = wrong.map({ abs(difference[$0]) }).max() else {
      return nil
    }
    let isUnit = wrong.allSatisfy {
      agree(abs(difference[$0]), unit, beside: 100 * truth.scale)
    }
    guard isUnit else { return nil }
    let lines = (0..<rows).map { row in wrong.filter { $0 / columns == row } }
    let high = lines.map { $0.filter { difference[$0] > 0 }.map { $0 % columns } }
    let low = lines.map { $0.filter { difference[$0] < 0 }.map { $0 % columns } }
    let size = words(for: unit)
    if high.allSatisfy({ $0.count == 1 }), low.allSatisfy(\.isEmpty) {
      return "in every row one entry is too large by \(size): the labels are left out"
    }
    let changed = lines.indices.filter { !lines[$0].isEmpty }
    guard changed.count > 1, changed.allSatisfy({ high[$0].count == 1 && low[$0].count == 1 })
    else { return nil }
    let pairs = changed.map { (truth: high[$0][0], label: low[$0][0]) }
    let fact =
      "in \(changed.count) of \(rows) rows one entry is too large by \(size) and one too small"
    if pairs.allSatisfy({ $0.label == pairs[0].label }), changed.count < rows {
      return fact + ": as if every label were \(pairs[0].label)"
    }
    for (step, words) in [(1, "larger"), (columns - 1, "smaller")] where changed.count == rows {
      if pairs.allSatisfy({ ($0.truth + step) % columns == $0.label }) {
        return fact + ": as if every label were \(words) by one"
      }
    }
    return fact + ": as if the labels were others"
  }
}
