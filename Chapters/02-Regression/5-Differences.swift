import Workbook

/*:
 ## Why not train by differences?

 Training needs the derivative of the loss in every weight. The central
 difference of [chapter 1](chapter:1) finds it for any function. Why learn
 anything else?

 Count the operations. Each weight needs two losses, and each loss is a forward
 pass over all examples. So a network of $P$ weights needs $2P$ forward passes
 for a single step of training. A wider network also has a more costly forward
 pass. Twice as many weights cost four times as much.

 > **Guess:** The next sections find the whole gradient in one backward pass. A
 > network with \(differences.hidden) hidden units has
 > \(differences.parameters) weights and biases. How many times as many
 > operations do differences take?
 >
 > \(differences.ratio) times as many. A backward pass costs one or two forward
 > passes, however many weights there are.

 ![Operations for one gradient on ten examples](table:differences)

 Differences are the tool to *check* a gradient, once, on a small network. To
 train, one needs a method that finds all derivatives together.
 */

/// Counts the operations of a gradient by differences and by a backward pass.
func countDifferences(on run: inout RunRecorder) {
  run.section("Why not train by differences?")
  run.ask("How many times as many operations do differences take?")
  let largest = run.setting(
    64, as: "differences.hidden", label: "hidden units of the largest network")
  var random = run.random("differences")
  let x = Matrix<Double>.normal(10, 1, using: &random)
  let y = Matrix<Double>.normal(10, 1, using: &random)
  var table = Table(
    "differences",
    columns: [
      "hidden units", "parameters", "one loss", "differences",
      "both passes", "ratio",
    ])
  var costs: [GradientCost] = []
  for hidden in [largest / 16, largest / 4, largest] where hidden > 0 {
    let network = TwoLayerNetwork<Double>(
      features: 1, hidden: hidden, outputs: 1, using: &random)
    let cost = GradientCost(of: network, x, y)
    costs.append(cost)
    table.add([
      .count(hidden), .count(cost.parameters), .count(cost.loss),
      .count(cost.differences), .count(cost.backward),
      .number(cost.ratio, .decimals(0)),
    ])
  }
  guard let last = costs.last else { return }
  run.record(
    last.parameters, as: "differences.parameters", label: "its parameters")
  run.record(
    last.ratio, .decimals(0), as: "differences.ratio",
    label: "times as many operations by differences")
  run.show(table)
  run.check(
    "differences take two losses a parameter, a backward pass at most three",
    costs.allSatisfy {
      $0.differences >= 2 * $0.parameters * $0.loss
        && $0.backward <= 3 * $0.loss
    },
    detail: "\(last.differences) operations against \(last.backward) in the "
      + "largest network")
}

//#-hidden-code
/// What the gradient of a network costs, in operations.
struct GradientCost {
  let parameters: Int
  /// For one loss.
  let loss: Int
  /// For all derivatives by central differences.
  let differences: Int
  /// For the loss and all derivatives by a backward pass.
  let backward: Int

  /// How many times as many operations the differences take.
  var ratio: Double { Double(differences) / Double(backward) }

  init(
    of network: TwoLayerNetwork<Double>, _ x: Matrix<Double>,
    _ y: Matrix<Double>, withDifferences: Bool = true
  ) {
    let counted = TwoLayerNetwork<Counted>(
      w1: .init(network.w1), b1: .init(network.b1), w2: .init(network.w2),
      b2: .init(network.b2))
    let (x, y) = (Matrix<Counted>(x), Matrix<Counted>(y))
    loss = Counted.counting { counted.loss(from: x, to: y) }.operations
    backward =
      Counted.counting {
        counted.lossAndGradient(from: x, to: y, through: .relu)
      }.operations
    var changed = counted
    let step = Counted(0x1p-17)
    let tensors = counted.tensors
    differences =
      Counted.counting {
        guard withDifferences else { return }
        for (number, tensor) in tensors.enumerated() {
          for (index, value) in tensor.elements.enumerated() {
            let f = { (value: Counted) -> Counted in
              changed.setEntry(index, ofParameter: number, to: value)
              return changed.loss(from: x, to: y)
            }
            _ = (f(value + step) - f(value - step)) / (2 * step)
            changed.setEntry(index, ofParameter: number, to: value)
          }
        }
      }.operations
    parameters = tensors.map(\.elements.count).reduce(0, +)
  }
}

extension TwoLayerNetwork where Scalar: Comparable {
  /// Returns the loss of a network of ramps, by a forward pass alone.
  func loss(from x: Matrix<Scalar>, to y: Matrix<Scalar>) -> Scalar {
    let residual = prediction(from: x, through: .relu) - y
    return residual.squaredNorm / (2 * Scalar(count: x.rows))
  }
}
//#-end-hidden-code
