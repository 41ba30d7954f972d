import Workbook

// Wrong gradients of batch norm.
extension MistakeSearch {
  func normMistakes(_ position: Int) -> [KnownMistake] {
    guard case .batchNorm = network.layers[position].kind,
      let normalised = forward.normalised[position]
    else { return [] }
    let layer = network.layers[position]
    let name = name(position)
    let gamma = layer.weight.map { forward.parameters[$0].elements }

    /// Computes the gradient of each channel from what arrives, the normalised numbers, the factor
    /// 1 / √(variance + ε) and γ.
    func channels(
      _ words: String, _ gradient: @escaping ([Double], [Double], Double, Double) -> [Double]
    ) -> KnownMistake {
      inputMistake(words, at: position) { arriving, _ in
        var elements = arriving.elements
        for channel in 0..<layer.input.channels {
          let places = layer.input.positions(ofChannel: channel, examples: arriving.rows)
          let numbers = gradient(
            places.map { arriving.elements[$0] }, places.map { normalised.values.elements[$0] },
            normalised.scales[channel], gamma?[channel] ?? 1)
          for (place, number) in zip(places, numbers) { elements[place] = number }
        }
        return Matrix(rows: arriving.rows, columns: arriving.columns, elements: elements)
      }
    }
    func mean(_ numbers: [Double]) -> Double { numbers.reduce(0, +) / Double(numbers.count) }
    func along(_ d: [Double], _ x: [Double]) -> Double { mean(zip(d, x).map { $0 * $1 }) }
    func plain(_ d: [Double], _ x: [Double]) -> [Double] {
      let (mean, along) = (mean(d), along(d, x))
      return zip(d, x).map { $0 - mean - $1 * along }
    }
    return [
      channels(
        "the mean and the variance of \(name) are taken as constants: both sums are missing"
      ) { d, _, r, g in d.map { g * r * $0 } },
      channels("the variance of \(name) is taken as a constant: the sum Σ d x̂ is missing") {
        d, _, r, g in
        let mean = mean(d)
        return d.map { g * r * ($0 - mean) }
      },
      channels("the mean of \(name) is taken as a constant: the sum Σ d is missing") { d, x, r, g in
        let along = along(d, x)
        return zip(d, x).map { g * r * ($0 - $1 * along) }
      },
      channels("\(name) is divided by the variance, not by its root") { d, x, r, g in
        plain(d, x).map { g * r * r * $0 }
      },
      channels("\(name) is not divided by the deviation") { d, x, _, g in
        plain(d, x).map { g * $0 }
      },
      channels("the factor γ of \(name) is missing") { d, x, r, _ in plain(d, x).map { r * $0 } },
      channels("the sums of \(name) are divided by n − 1, not by n") { d, x, r, g in
        let part = Double(d.count) / Double(max(d.count - 1, 1))
        let (mean, along) = (part * mean(d), part * along(d, x))
        return zip(d, x).map { g * r * ($0 - mean - $1 * along) }
      },
      channels("the sums of \(name) are not divided by the number of examples") { d, x, r, g in
        let (mean, along) = (Double(d.count) * mean(d), Double(d.count) * along(d, x))
        return zip(d, x).map { g * r * ($0 - mean - $1 * along) }
      },
      inputMistake("\(name) passes the gradient on as it arrives", at: position) { d, _ in d },
      weightMistake("the gradient of γ of \(name) sums what arrives without x̂", at: position) {
        rows, _ in perChannel(layer, rows) { rows.elements[$0] }
      },
      weightMistake("the gradient of γ of \(name) uses z, not x̂", at: position) { rows, _ in
        let z = forward.activations[position]
        return perChannel(layer, rows) { place in rows.elements[place] * z.elements[place] }
      },
    ]
  }

  private func perChannel(
    _ layer: Layer, _ rows: Matrix<Double>, _ number: (Int) -> Double
  ) -> Matrix<Double> {
    let sums = (0..<layer.input.channels).map { channel in
      layer.input.positions(ofChannel: channel, examples: rows.rows).reduce(0) { $0 + number($1) }
    }
    return Matrix(rows: 1, columns: sums.count, elements: sums)
  }
}
