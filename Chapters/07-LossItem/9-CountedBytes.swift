import Autograd
import BinaryClassifier
import Regression
import Workbook

/*:
 A training below draws a batch at each step, keeps something, and then changes
 the weights. Four things are kept: a loss after its backward pass, a loss
 without one, and the number of each. Where the loss has no backward pass, a
 second batch moves the weights, as in a training that also looks at validation
 examples.
 */

/// What a history keeps of each step.
enum Kept: String, CaseIterable {
  case loss = "training loss"
  case validation = "validation loss"
  case number = "training item()"
  case validationNumber = "validation item()"

  /// Whether a backward pass goes through the loss.
  var isTrained: Bool { self == .loss || self == .number }
  /// Whether only the number of the loss is kept.
  var isNumber: Bool { self == .number || self == .validationNumber }
}

/// A network for the count, and its size.
struct CountedBytes<Scalar: FloatingField> {
  let widths: [Int]
  let batchSize: Int
  var name: String { widths.map(String.init).joined(separator: "-") }

  /// Trains for some steps, and returns what stays in memory for each.
  func held(
    keeping kept: Kept, steps: Int, _ random: inout SplitMix64
  ) -> [HeldBytes] {
    let model = model(using: &random)
    let optimizer = SGD(model.parameters, learningRate: 1 / 100)
    var (losses, numbers): ([Variable<Scalar>], [Scalar]) = ([], [])
    return (0..<steps).map { _ in
      var (x, y) = batch(using: &random)
      do {
        let loss = Loss.binaryCrossEntropy(model(x), y)
        optimizer.zeroGrad()
        if kept.isTrained { loss.backward() }
        if kept.isNumber {
          numbers.append(loss.item())
        } else {
          losses.append(loss)
        }
      }
      if !kept.isTrained {
        let (x, y) = batch(using: &random)
        Loss.binaryCrossEntropy(model(x), y).backward()
      }
      let before = model.parameters.map { $0.value.buffer }
      optimizer.step()
      var held = HeldBytes()
      held.examples = x.sharedBytes() + y.sharedBytes()
      for (parameter, old) in zip(model.parameters, before)
      where parameter.value.buffer != old {
        held.weights += parameter.value.bytes
      }
      if let loss = losses.last { held.add(valuesOf: loss) }
      return held
    }
  }

  //#-hidden-code
  private func model(using random: inout SplitMix64) -> Sequential<Scalar> {
    var modules: [any Module<Scalar>] = []
    for (fanIn, fanOut) in zip(widths, widths.dropFirst()) {
      if !modules.isEmpty { modules.append(ReLU<Scalar>()) }
      modules.append(Linear<Scalar>(fanIn, fanOut, using: &random))
    }
    return Sequential(modules)
  }

  private func batch(
    using random: inout SplitMix64
  ) -> (x: Matrix<Scalar>, y: Matrix<Scalar>) {
    let x = Matrix<Scalar>.normal(batchSize, widths[0], using: &random)
    return (x, Matrix(rows: batchSize, columns: 1) { x[$0, $1] < 0 ? 0 : 1 })
  }

  /// The bytes by a count of entries: pre-activations, activations and a loss;
  /// where nothing was released, also the examples and later weights.
  func expected(_ kept: Kept) -> HeldBytes {
    if kept.isNumber { return HeldBytes() }
    let hidden = widths.dropFirst().dropLast().reduce(0, +)
    let stride = MemoryLayout<Scalar>.stride
    let values = stride * (batchSize * (2 * hidden + 1) + 1)
    if kept.isTrained { return HeldBytes(values: values) }
    let later = zip(widths, widths.dropFirst()).dropFirst().map { $0 * $1 }
    return HeldBytes(
      values: values, examples: stride * batchSize * (widths[0] + 1),
      weights: stride * later.reduce(0, +))
  }
  //#-end-hidden-code
}

/// Counts the bytes that histories hold, in a small and in a large network.
func countBytes<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) {
  run.section("Bytes, and a larger network")
  run.ask("784-512-512-1, 256 examples: what does a kept loss cost in bytes?")
  var random = run.random("bytes")
  var table = Table(
    "bytes",
    columns: ["network", "kept", "values", "examples", "weights", "bytes"])
  let networks = [
    CountedBytes<Scalar>(widths: [2, 8, 8, 1], batchSize: 32),
    CountedBytes<Scalar>(widths: [784, 512, 512, 1], batchSize: 256),
  ]
  var (agree, last) = (true, [Kept: Int]())
  for network in networks {
    for kept in Kept.allCases {
      let held = network.held(keeping: kept, steps: 3, &random)
      agree = agree && held.allSatisfy { $0 == network.expected(kept) }
      last[kept] = held[0].all
      table.add([
        .text(network.name), .text(kept.rawValue), .count(held[0].values),
        .count(held[0].examples), .count(held[0].weights), .count(held[0].all),
      ])
    }
  }
  run.record(
    last[.loss, default: 0], as: "bytes.trained",
    label: "bytes for each training loss")
  run.record(
    last[.validation, default: 0], as: "bytes.validation",
    label: "bytes for each validation loss")
  run.show(table)
  run.check(
    "a kept loss holds its values, and without a backward pass its inputs too",
    agree, detail: "each buffer once, as many bytes as the shapes say")
}
