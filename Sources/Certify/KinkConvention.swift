import Workbook

/// What a program takes for a derivative where there is none.
struct KinkConvention {
  /// What it takes, as the end of “your program takes …”.
  let words: String
  let arithmetic: Arithmetic<Double>

  /// The usual ones, but for that of this program: 0 for every step at 0, and the first of several largest
  /// numbers.
  ///
  /// - Parameter network: Where a step is used, and where windows are.
  static func others(in network: DescribedNetwork) -> [KinkConvention] {
    typealias Change = (words: String?, apply: @Sendable (inout Arithmetic<Double>) -> Void)
    func steps(
      of name: String, isUsed: Bool,
      _ path: WritableKeyPath<Arithmetic<Double>, @Sendable (Double) -> Double> & Sendable
    ) -> [Change] {
      let values: [(Double, String?)] = [(0, nil), (1, "1"), (0.5, "½")]
      return values.prefix(isUsed ? 3 : 1).map { atZero, text in
        (
          text.map { "\($0) for the derivative of \(name) at 0" },
          { $0[keyPath: path] = { $0 == 0 ? atZero : $0 > 0 ? 1 : 0 } }
        )
      }
    }
    let uses = UsedKinks(network)
    let choices: [[Change]] = [
      steps(of: "ReLU", isUsed: uses.relu, \.step),
      steps(of: "leaky ReLU", isUsed: uses.leaky, \.leakyStep),
      steps(of: "|x|", isUsed: uses.absolute, \.absoluteStep),
      routes.prefix(uses.windows ? 4 : 1).map { route, words in
        (words, { $0.routes = { route($0, $0.max() ?? 0) } })
      },
    ]
    let all = choices.reduce([[Change]]([[]])) { chosen, next in
      chosen.flatMap { changes in next.map { changes + [$0] } }
    }
    return all.compactMap { changes in
      let words = changes.compactMap(\.words)
      if words.isEmpty { return nil }
      var arithmetic = Arithmetic<Double>.floating
      for change in changes { change.apply(&arithmetic) }
      return KinkConvention(words: words.joined(separator: ", and "), arithmetic: arithmetic)
    }
  }

  /// Which of several largest numbers of a window get the gradient.
  private static let routes: [(route: @Sendable ([Double], Double) -> [Double], words: String?)] = [
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

  private static func chosen(_ index: Int?, of numbers: [Double]) -> [Double] {
    numbers.indices.map { $0 == index ? 1 : 0 }
  }
}

/// What a network has that may meet a kink.
private struct UsedKinks {
  var (relu, leaky, windows) = (false, false, false)
  let absolute: Bool

  init(_ network: DescribedNetwork) {
    absolute = network.loss.kind == .meanAbsoluteError
    for layer in network.layers {
      switch layer.kind {
      case .relu: relu = true
      case .leakyReLU: leaky = true
      case .maxPool: windows = true
      default: break
      }
    }
  }
}

extension DescribedNetwork {
  /// Returns the convention with which all claims are right, if there is one that makes a difference here.
  ///
  /// Entries that a convention does not touch keep their own limits. Others are rounded as their tensor is.
  ///
  /// - Parameter limits: How far each entry may be off where no kink is met.
  func kinkConvention(limits: [[Double]]) -> String? {
    let unit = Double(sign: .plus, exponent: -bits, significand: 1)
    let own = BackwardPass(ForwardPass<Double>(self, .floating)).judged
    let fitting = KinkConvention.others(in: self).first { convention in
      let pass = BackwardPass(ForwardPass<Double>(self, convention.arithmetic))
      return pass.judged != own
        && judged.indices.allSatisfy { tensor in
          // A gradient of another shape has no claim, and is wrong.
          guard let claim = judged[tensor].claim else { return judged[tensor].given == nil }
          let (gradient, plain) = (pass.judged[tensor].elements, own[tensor].elements)
          let size = gradient.reduce(0) { max($0, abs($1)) }
          let touched = min(256 * unit, 0.02) * size
          return claim.indices.allSatisfy { entry in
            let limit =
              gradient[entry] == plain[entry]
              ? limits[tensor][entry] : max(limits[tensor][entry], touched)
            return abs(claim[entry] - gradient[entry]) <= limit
          }
        }
    }
    return fitting?.words
  }
}
