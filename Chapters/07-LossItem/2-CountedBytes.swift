import Autograd
import BinaryClassifier
import Regression
import Workbook

/*:
 A training below draws a batch at each step, keeps something, and then changes
 the weights. Four things are kept: a training loss after its backward pass, a
 validation loss without one, and the number of each.

 ![Bytes that stay in memory for each step](table:bytes)

 In the large network each validation loss that is kept costs
 \(bytes.validation) bytes, and each training loss \(bytes.trained). With
 `item()` both cost nothing.

 > **Guess:** Why does the loss that nobody differentiates cost more?
 >
 > A backward pass releases the VJPs, and then the graph holds only the values
 > of its nodes. Without a backward pass the VJPs stay. They hold the examples.
 > They also hold the weights of all layers but the first: the next step may not
 > write to a buffer that an old graph needs, so it copies the weights, and the
 > old ones stay in memory.

 The fix for validation is `noGrad`: no graph is made at all. In PyTorch it is
 `torch.no_grad()`. People mistake `model.eval()` for it. But `eval()` changes
 what layers such as dropout compute, and does not touch the graph. Outputs that
 are kept for a metric at the end of the epoch hold the same graph as the loss.
 */

//#-hidden-code
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
}

//#-end-hidden-code

/// Counts the bytes that histories hold, in a small and in a large network.
func countBytes<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) {
  run.section("Bytes, and a larger network")
  run.ask("784-512-512-1: what does a kept validation loss cost in bytes?")
  let batch = run.setting(256, as: "bytes.batch", label: "examples")
  let hidden = run.setting(512, as: "bytes.width", label: "hidden units")
  let points = run.setting(32, as: "bytes.points", label: "points")
  let steps = run.setting(3, as: "bytes.steps", label: "steps")
  var random = run.random("bytes")
  var table = Table(
    "bytes",
    columns: ["network", "kept", "values", "examples", "weights", "bytes"])
  let networks = [
    CountedBytes<Scalar>(widths: [2, 8, 8, 1], batchSize: points),
    CountedBytes<Scalar>(
      widths: [784, hidden, hidden, 1], batchSize: batch),
  ]
  var (agree, last) = (true, [Kept: HeldBytes]())
  for network in networks {
    for kept in Kept.allCases {
      let held = network.held(keeping: kept, steps: steps, &random)
      agree = agree && held.allSatisfy { $0 == network.expected(kept) }
      last[kept] = held[0]
      table.add([
        .text(network.name), .text(kept.rawValue), .count(held[0].values),
        .count(held[0].examples), .count(held[0].weights), .count(held[0].all),
      ])
    }
  }
  run.record(
    last[.loss, default: HeldBytes()].all, as: "bytes.trained",
    label: "bytes for each training loss")
  run.record(
    last[.validation, default: HeldBytes()].all, as: "bytes.validation",
    label: "bytes for each validation loss")
  run.record(
    MemoryLayout<Scalar>.stride, as: "bytes.number", label: "bytes of a number")
  run.show(table)
  showOwners(
    last[.validation, default: HeldBytes()], MemoryLayout<Scalar>.stride,
    on: &run)
  run.check(
    "a kept loss holds its values, and without a backward pass its inputs too",
    agree, detail: "each buffer once, as many bytes as the shapes say")
}

//#-hidden-code
/// Draws what a list of losses and a list of numbers hold.
private func showOwners(
  _ held: HeldBytes, _ number: Int, on run: inout RunRecorder
) {
  let size = { (bytes: Int) in
    NumberFormat.count.text(of: Double(bytes)) + " B"
  }
  let chain = { (name: String, bytes: Int, isHeld: Bool) in
    [
      OwnershipDiagram.Item("history"), .init(name, size(bytes)),
      .init("graph", size(held.all), isHeld: isHeld),
      .init("activations", size(held.values), isHeld: isHeld),
      .init("examples", size(held.examples), isHeld: isHeld, isBeside: true),
      .init("old weights", size(held.weights), isHeld: isHeld, isBeside: true),
    ]
  }
  run.show(
    Figure(
      "owners",
      OwnershipDiagram([
        .init("history.append(loss)", chain("loss", number, true)),
        .init("history.append(loss.item())", chain("number", number, false)),
      ])))
}
//#-end-hidden-code
