import BinaryClassifier
import Regression
import Workbook

/*:
 ## The loss at the start

 Before training, a network should give every class the probability $1/C$.

 > **Guess:** Then what is its loss, for \(start.classes) classes?
 >
 > The loss is $-\log p$ of the right class, so it is $\log C$, here
 > \(start.loss). No other fact about the data or the network is needed.

 A first loss far above $\log C$ means that the network gives some class a high
 probability before it has seen any example. The most common cause is a last
 layer whose weights are too large, and the remedy is to make them smaller.
 Otherwise the first steps of the training do only that: the loss falls steeply,
 and it looks like progress.

 ![The first loss, by the size of the last layer's
 weights](table:first-loss)
 */

/// Measures the loss before training, with the last layer's weights at zero,
/// as they are drawn, and ten times as large.
func measureFirstLoss<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) throws(ArchitectureError) {
  run.section("The loss at the start")
  run.ask("Twenty classes, all equally probable. What is the loss?")
  var random = run.random("first-loss")
  let count = run.setting(64, as: "start.examples", label: "examples")
  let hidden = run.setting(50, as: "start.hidden", label: "hidden units")
  let x = Matrix<Scalar>.normal(count, 20, using: &random)
  var table = Table(
    "first-loss", columns: ["classes", "log C", "× 0", "× 1", "× 10"])
  var agrees = true
  for classes in [2, 20, 500] {
    let y = Matrix<Scalar>(rows: count, columns: classes) {
      $0 % classes == $1 ? 1 : 0
    }
    let data = Dataset(x: x, y: y)
    let network = try Network<Scalar>(
      [20, .width(hidden), .relu, .width(classes), .softmax],
      loss: .crossEntropy,
      using: &random)
    let losses = [0, 1, 10].map { (scale: Int) -> Double in
      var scaled = network
      let weights = network.layers[1].weights
      scaled.layers[1].weights = Scalar(count: scale) * weights
      return Double(scaled.meanLoss(on: data))
    }
    let expected = Double.log(Double(classes))
    let tolerance = Double(count) * Double(Scalar.ulpOfOne) * expected
    agrees = agrees && abs(losses[0] - expected) <= tolerance
    table.add(
      [.count(classes), .number(expected, .decimals(4))]
        + losses.map { .number($0, .decimals(4)) })
    if classes == 20 {
      run.record(classes, as: "start.classes", label: "classes")
      run.record(losses[0], .decimals(4), as: "start.loss", label: "loss")
    }
  }
  run.show(table)
  run.check(
    "a network that gives all classes the same probability starts at log C",
    agrees,
    detail: "for 2, 20 and 500 classes, to an ulp for each of \(count) examples"
  )
}
