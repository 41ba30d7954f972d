import Workbook

// Wrong gradients of pooling, flattening and dropout, which have no parameters.
extension MistakeSearch {
  func shapeMistakes(_ position: Int) -> [KnownMistake] {
    let layer = network.layers[position]
    switch layer.kind {
    case .maxPool(let windows): return poolMistakes(position, windows)
    case .flatten(let order): return flattenMistakes(position, layer.input, order)
    case .dropout(let mask):
      return [
        inputMistake("the mask of \(name(position)) is missing", at: position) { d, _ in d },
        inputMistake(
          "the mask of \(name(position)) is not scaled: it is 1 where it should be 1 / (1 − p)",
          at: position
        ) { d, _ in d.combining(mask) { $0 * ($1 == 0 ? 0 : 1) } },
        inputMistake("the mask of \(name(position)) is in it twice", at: position) { d, _ in
          d.combining(mask) { $0 * $1 * $1 }
        },
        inputMistake("the mask of \(name(position)) is inverted", at: position) { d, _ in
          let kept = mask.elements.max() ?? 1
          return d.combining(mask) { $0 * ($1 == 0 ? kept : 0) }
        },
      ]
    default: return []
    }
  }

  private func poolMistakes(_ position: Int, _ windows: Windows) -> [KnownMistake] {
    let name = name(position)
    let input = forward.activations[position]
    /// Sends each arriving number to inputs of its window, with a weight for each.
    func routed(
      _ words: String, _ weights: @escaping ([Double]) -> [Double], overwriting: Bool = false
    ) -> KnownMistake {
      inputMistake(words, at: position) { arriving, pass in
        var sums = [Double](repeating: 0, count: input.rows * input.columns)
        for row in 0..<arriving.rows {
          for column in 0..<arriving.columns {
            let (inputs, routes) = pass.forward.poolRoutes(
              input, windows, row: row, column: column)
            let numbers = inputs.map { input[row, $0] }
            let chosen = overwriting ? routes : weights(numbers)
            for (index, weight) in zip(inputs, chosen) where weight != 0 {
              let place = row * input.columns + index
              let number = arriving[row, column] * weight
              sums[place] = overwriting ? number : sums[place] + number
            }
          }
        }
        return Matrix(rows: input.rows, columns: input.columns, elements: sums)
      }
    }
    return [
      routed("\(name) passes the gradient to every number of a window, not to the largest alone") {
        $0.map { _ in 1 }
      },
      routed("\(name) spreads the gradient over a window as a mean would") { numbers in
        numbers.map { _ in 1 / Double(numbers.count) }
      },
      routed("\(name) passes the gradient to the least number of a window") { numbers in
        let least = numbers.firstIndex(of: numbers.min() ?? 0)
        return numbers.indices.map { $0 == least ? 1 : 0 }
      },
      routed("\(name) passes the gradient to the first number of a window, whatever it is") {
        $0.indices.map { $0 == 0 ? 1 : 0 }
      },
      routed("\(name) passes the gradient to the last number of a window, whatever it is") {
        numbers in numbers.indices.map { $0 == numbers.count - 1 ? 1 : 0 }
      },
      routed("\(name) multiplies the gradient by the largest number") { numbers in
        let largest = numbers.firstIndex(of: numbers.max() ?? 0)
        return numbers.indices.map { $0 == largest ? numbers[$0] : 0 }
      },
      routed(
        "where windows of \(name) overlap, the gradients replace each other and are not added",
        { _ in [] }, overwriting: true),
    ]
  }

  private func flattenMistakes(_ position: Int, _ extent: Extent, _ order: [Int]) -> [KnownMistake]
  {
    guard extent.channels > 1, extent.pixels > 1 else { return [] }
    // The order that channels would have if they came last, where they come first, and the other way.
    let isFirst = order == Array(order.indices)
    let other = order.indices.map { index in
      isFirst
        ? index % extent.channels * extent.pixels + index / extent.channels : index
    }
    return [
      inputMistake(
        "\(name(position)) is undone in another order: channels \(isFirst ? "last" : "first")",
        at: position
      ) { arriving, _ in
        var elements = arriving.elements
        for row in 0..<arriving.rows {
          for (column, source) in other.enumerated() {
            elements[row * other.count + source] = arriving[row, column]
          }
        }
        return Matrix(rows: arriving.rows, columns: arriving.columns, elements: elements)
      }
    ]
  }
}
