import Workbook

// Wrong products of a layer of weights: Aᵀ D, the sum of D, and D Wᵀ.
extension MistakeSearch {
  func productMistakes(_ position: Int) -> [KnownMistake] {
    let layer = network.layers[position]
    guard layer.weight != nil || layer.bias != nil else { return [] }
    var mistakes = layerFactors(position)
    guard layer.isProduct else { return mistakes }
    mistakes += weightMistakes(position) + biasMistakes(position) + passedOnMistakes(position)
    if case .convolution(let windows) = layer.kind {
      mistakes += kernelMistakes(position, windows)
    }
    return mistakes
  }

  /// Factors of one gradient alone, and of all that is passed on.
  private func layerFactors(_ position: Int) -> [KnownMistake] {
    let name = name(position)
    return factors.flatMap { factor, words in
      [
        weightMistake(
          "the gradient of the weights of \(name) has a wrong factor: \(words)", at: position
        ) { rows, pass in factor * pass.weightGradient(position, rows) },
        biasMistake(
          "the gradient of the bias of \(name) has a wrong factor: \(words)", at: position
        ) {
          rows, pass in factor * pass.biasGradient(position, rows)
        },
        mistake("both gradients of \(name) have a wrong factor: \(words)", at: position) {
          step, pass in
          switch step {
          case .weight(position, let rows): factor * pass.weightGradient(position, rows)
          case .bias(position, let rows): factor * pass.biasGradient(position, rows)
          default: nil
          }
        },
        inputMistake("what \(name) passes on has a wrong factor: \(words)", at: position) {
          d, pass in
          factor * pass.inputGradient(position, d)
        },
      ]
    }
  }

  private func weightMistakes(_ position: Int) -> [KnownMistake] {
    let name = name(position)
    let what = "the gradient of the weights of \(name)"
    let read = forward.rows(into: position)
    var mistakes: [KnownMistake] = []
    if read.columns == network.layers[position].output.count {
      mistakes.append(
        weightMistake("\(what) is transposed", at: position) { rows, pass in
          Matrix(pass.weightGradient(position, rows).transposed)
        })
    }
    mistakes.append(
      weightMistake("\(what) is reshaped where it should be transposed", at: position) {
        rows, pass in
        let right = pass.weightGradient(position, rows)
        let order = network.layers[position].weight.map { network.parameters[$0].order } ?? []
        // Where the file has the arrangement of this program, its transpose was reshaped to it.
        let isOwn = order == Array(order.indices)
        let numbers = isOwn ? Matrix(right.transposed).elements : order.map { right.elements[$0] }
        return Matrix(rows: right.rows, columns: right.columns, elements: numbers)
      })
    for other in forward.activations.indices where other != position {
      let numbers = forward.activations[other]
      guard numbers.columns == read.columns, numbers.rows == read.rows else { continue }
      let words =
        other == 0 ? "the batch" : "the output of \(self.name(other - 1))"
      mistakes.append(
        weightMistake("\(what) is made with \(words), not with what the layer reads", at: position)
        {
          rows, _ in matmul(numbers.transposed, rows)
        })
    }
    mistakes += upstreamMistakes(position).map { words, gradient in
      weightMistake("\(what) is made with \(words)", at: position) { _, pass in
        gradient().map { pass.weightGradient(position, $0) }
      }
    }
    if read.rows > 1 {
      for (kept, words) in [(0, "first"), (read.rows - 1, "last")] {
        mistakes.append(
          weightMistake("only the \(words) row is in \(what)", at: position) { rows, pass in
            pass.weightGradient(position, rows.withRows { $0 == kept ? 1 : 0 })
          })
      }
      for part in [1, 1 / Double(read.rows)] {
        mistakes.append(
          weightMistake(
            "\(what) is the product of sums over the batch, not the sum of products", at: position
          ) { rows, _ in
            Matrix(rows: read.columns, columns: rows.columns) { i, j in
              part * sum(read.column(i).elements) * sum(rows.column(j).elements)
            }
          })
      }
    }
    mistakes.append(
      weightMistake("\(what) is made with the magnitudes of what the layer reads", at: position) {
        rows, _ in matmul(read.map { abs($0) }.transposed, rows)
      })
    if network.loss.penalty == 0, let weight = network.layers[position].weight {
      mistakes.append(
        weightMistake("\(what) is overwritten by the weights", at: position) { _, pass in
          pass.forward.parameters[weight]
        })
    }
    return mistakes
  }

  /// What arrives behind the activations that follow a layer, before their derivatives are in it.
  private func upstreamMistakes(
    _ position: Int
  ) -> [(words: String, gradient: () -> Matrix<Double>?)] {
    var found: [(words: String, gradient: () -> Matrix<Double>?)] = []
    for later in network.layers.indices where later > position {
      guard !network.layers[later].isProduct,
        network.layers[later].output.count
          == network.layers[position].output.count
      else { break }
      found.append(
        (
          "what arrives behind \(name(later)), without its derivative",
          { right.rows(right.arriving[later], at: position) }
        ))
    }
    return found
  }

  private func biasMistakes(_ position: Int) -> [KnownMistake] {
    let name = name(position)
    let what = "the gradient of the bias of \(name)"
    let layer = network.layers[position]
    func bias(
      _ words: String, _ number: @escaping (Matrix<Double>, Int) -> Double
    ) -> KnownMistake {
      biasMistake("\(what) \(words)", at: position) { rows, _ in
        Matrix(rows: 1, columns: rows.columns) { number(rows, $1) }
      }
    }
    func total(_ rows: Matrix<Double>) -> Double { rows.elements.reduce(0, +) }
    var mistakes = [
      bias("is one number: the sum over the outputs too") { rows, _ in total(rows) },
      bias("is one number: the mean over the outputs too") { rows, _ in
        total(rows) / Double(rows.elements.count)
      },
      bias("is one number: the mean over the outputs of the sums") { rows, _ in
        total(rows) / Double(rows.columns)
      },
      bias("is that of the first row alone") { rows, column in rows[0, column] },
      bias("leaves the first row out") { rows, column in
        sum(rows.column(column).elements) - rows[0, column]
      },
      bias("leaves the last row out") { rows, column in
        sum(rows.column(column).elements) - rows[rows.rows - 1, column]
      },
      bias("is that of the last row alone") { rows, column in rows[rows.rows - 1, column] },
      bias("sums magnitudes: a sign is lost") { rows, column in
        rows.column(column).elements.reduce(0) { $0 + abs($1) }
      },
      bias("is in the reverse order of the outputs") { rows, column in
        sum(rows.column(rows.columns - 1 - column).elements)
      },
    ]
    if layer.weight != nil {
      for part in [1, 1 / Double(max(forward.rows(into: position).columns, 1))] {
        mistakes.append(
          biasMistake("\(what) is summed from that of the weights", at: position) { rows, pass in
            let weight = pass.weightGradient(position, rows)
            return Matrix(rows: 1, columns: weight.columns) {
              part * sum(weight.column($1).elements)
            }
          })
      }
    }
    mistakes += upstreamMistakes(position).map { words, gradient in
      biasMistake("\(what) sums \(words)", at: position) { _, pass in
        gradient().map { pass.biasGradient(position, $0) }
      }
    }
    return mistakes
  }

  /// Wrong ways to pass the gradient on through the weights.
  private func passedOnMistakes(_ position: Int) -> [KnownMistake] {
    guard let weight = network.layers[position].weight else { return [] }
    let name = name(position)
    let own = forward.parameters[weight]
    func through(
      _ words: String, _ other: @escaping () -> Matrix<Double>
    ) -> KnownMistake {
      inputMistake(words, at: position) { arriving, pass in
        let product = matmul(pass.rows(arriving, at: position), other().transposed)
        guard case .convolution(let windows) = network.layers[position].kind else { return product }
        return windows.images(adding: product)
      }
    }
    var mistakes: [KnownMistake] = []
    if own.rows == own.columns {
      mistakes.append(
        through("the gradient goes through the weights of \(name) transposed once too often") {
          Matrix(own.transposed)
        })
      mistakes.append(
        inputMistake("the gradient does not go through the weights of \(name)", at: position) {
          arriving, _ in arriving
        })
    }
    mistakes.append(
      through("the weights of \(name) are reshaped where they should be transposed") {
        let reshaped = Matrix(rows: own.columns, columns: own.rows, elements: own.elements)
        return Matrix(reshaped.transposed)
      })
    for (index, other) in network.parameters.enumerated()
    where index != weight && other.role == .weight {
      let numbers = forward.parameters[index]
      guard numbers.rows == own.rows, numbers.columns == own.columns else { continue }
      mistakes.append(
        through("the gradient goes through \(other.name), not through the weights of \(name)") {
          numbers
        })
    }
    mistakes.append(
      through("the gradient goes through the magnitudes of the weights of \(name)") {
        own.map { abs($0) }
      })
    if let claim = network.parameters[weight].claim {
      mistakes += updatedWeights(position, own, claim)
    }
    return mistakes
  }

  /// A gradient that goes through weights that a step has changed already: W − η dW. It changes with η in
  /// proportion, so one unknown number is fitted to all entries.
  private func updatedWeights(
    _ position: Int, _ own: Matrix<Double>, _ step: [Double]
  ) -> [KnownMistake] {
    let moved = Matrix(rows: own.rows, columns: own.columns, elements: step)
    let replacement: (Double) -> Pass.Replacement = { rate in
      { step, pass in
        guard case .input(position, let arriving) = step else { return nil }
        let rows = pass.rows(arriving, at: position)
        let product = matmul(rows, own.combining(moved) { $0 - rate * $1 }.transposed)
        guard case .convolution(let windows) = network.layers[position].kind else { return product }
        return windows.images(adding: product)
      }
    }
    let gradients: () -> [[Double]] = {
      let plain = right.judged.map(\.elements)
      let unit = BackwardPass(forward, replacing: replacement(1)).judged.map(\.elements)
      let claims = network.judged.map(\.claim)
      var (along, square) = (0.0, 0.0)
      for index in plain.indices {
        guard let claim = claims[index] else { continue }
        for entry in claim.indices {
          let change = unit[index][entry] - plain[index][entry]
          along += change * (claim[entry] - plain[index][entry])
          square += change * change
        }
      }
      let rate = square > 0 ? along / square : 0
      guard rate.isFinite, rate > 0 else { return plain }
      return BackwardPass(forward, replacing: replacement(rate)).judged.map(\.elements)
    }
    return [
      KnownMistake(
        words:
          "the weights of \(name(position)) were updated before the gradient went through them",
        position: position, gradients: gradients)
    ]
  }
}
