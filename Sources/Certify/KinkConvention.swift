import Workbook

/// What a program takes for a derivative where there is none.
struct KinkConvention {
  /// What it takes, as the end of “your program takes …”.
  let words: String
  let arithmetic: Arithmetic<Double>

  /// The usual ones, but for that of this program: 0 for ReLU at 0, and the first of several largest numbers.
  static var others: [KinkConvention] {
    let steps: [(Double, String?)] = [
      (0, nil), (1, "1 for the derivative of ReLU at 0"),
      (0.5, "½ for the derivative of ReLU at 0"),
    ]
    let routes: [(@Sendable ([Double], Double) -> [Double], String?)] = [
      ({ numbers, largest in chosen(numbers.firstIndex(of: largest), of: numbers) }, nil),
      (
        { numbers, largest in chosen(numbers.lastIndex(of: largest), of: numbers) },
        "the last of several largest numbers of a window"
      ),
      (
        { numbers, largest in numbers.map { $0 == largest ? 1 : 0 } },
        "all of several largest numbers of a window"
      ),
      (
        { numbers, largest in
          let part = 1 / Double(numbers.count { $0 == largest })
          return numbers.map { $0 == largest ? part : 0 }
        }, "a part for each of several largest numbers of a window"
      ),
    ]
    return steps.flatMap { atZero, step in
      routes.compactMap { route, window in
        let words = [step, window].compactMap(\.self)
        if words.isEmpty { return nil }
        var arithmetic = Arithmetic<Double>.floating
        arithmetic.step = { $0 == 0 ? atZero : $0 > 0 ? 1 : 0 }
        arithmetic.routes = { route($0, $0.max() ?? 0) }
        return KinkConvention(words: words.joined(separator: ", and "), arithmetic: arithmetic)
      }
    }
  }

  private static func chosen(_ index: Int?, of numbers: [Double]) -> [Double] {
    numbers.indices.map { $0 == index ? 1 : 0 }
  }
}

extension DescribedNetwork {
  /// Returns the convention with which all claims are right, if there is one that makes a difference here.
  ///
  /// - Parameter limits: How far each entry may be off.
  func kinkConvention(limits: [[Double]]) -> String? {
    let unit = Double(sign: .plus, exponent: -bits, significand: 1)
    let own = BackwardPass(ForwardPass<Double>(self, .floating)).judged
    let fitting = KinkConvention.others.first { convention in
      let pass = BackwardPass(ForwardPass<Double>(self, convention.arithmetic))
      return pass.judged != own
        && judged.indices.allSatisfy { tensor in
          // A gradient of another shape has no claim, and is wrong.
          guard let claim = judged[tensor].claim else { return judged[tensor].given == nil }
          let gradient = pass.judged[tensor].elements
          let size = gradient.reduce(0) { max($0, abs($1)) }
          let limit = max(limits[tensor].reduce(0, max), 1_024 * unit * size)
          return zip(claim, gradient).allSatisfy { abs($0 - $1) <= limit }
        }
    }
    return fitting?.words
  }
}
