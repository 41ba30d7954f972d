import Workbook

/*:
 ## What the hidden units do

 Each hidden unit gives a number $h = \max(0, w x + b)$, and the output
 multiplies it by $v$. As a function of $x$ that is a ramp. The network is the
 sum of its ramps and a constant: a line with a bend at each kink. The bent line
 itself is made that way, of two ramps. Two units follow it exactly.

 ![Two ramps, and their sum: the bent line](figure:two-ramps)

 > **Guess:** The network that was cured above has \(bent.hidden) units. How
 > many of them have their kink between $-2$ and $2$, where the data lie?
 >
 > \(ramps.inside) of them. Each of the others is a straight line over all the
 > data, or zero.

 The next figure adds up the trained ramps, those with the largest outputs
 first. The largest looks nothing like the curve. The others correct it.

 ![The trained network: sums of its largest ramps, and of
 all](figure:running-sums)
 */

/// Adds up the ramps of the bent line, and of the network that was trained on it.
func addRamps<Scalar: FloatingField>(
  on run: inout RunRecorder, _ network: TwoLayerNetwork<Scalar>
) {
  run.section("What the hidden units do")
  let exact = TwoLayerNetwork<Double>(
    w1: [[0.5, -1]], b1: [0.2, 0.5], w2: [[1], [0.3]], b2: [0])
  let ramps = exact.ramps(at: bentLine.x)
  let sum = exact.prediction(from: bentLine.x, through: .relu)
  let error = (sum - bentLine.y).elements.map { abs($0) }.reduce(0, max)
  run.show(
    Figure(
      "two-ramps",
      fitPlot(
        bentLine,
        [("first ramp", ramps[0]), ("second ramp", ramps[1]), ("sum", sum)])))
  run.check(
    "two units follow the bent line", error < 1e-15,
    detail: "off by \(NumberFormat.scientific(1).text(of: error)) at most")

  run.ask("How many ramps have their kink where the data lie?")
  let kinks = (0..<network.b1.count).map {
    Double(-network.b1[$0] / network.w1[0, $0])
  }
  run.record(
    kinks.filter { abs($0) <= 2 }.count, as: "ramps.inside",
    label: "ramps with their kink where the data lie")
  showRunningSums(on: &run, network)
}

/// Shows the sums of the largest ramps of a network, and of all.
func showRunningSums<Scalar: FloatingField>(
  on run: inout RunRecorder, _ network: TwoLayerNetwork<Scalar>
) {
  let x = Matrix<Scalar>(rounding: bentLine.x)
  let ramps = network.ramps(at: x).sorted { $0.squaredNorm > $1.squaredNorm }
  var sum = Matrix<Scalar>(
    rows: x.rows, columns: 1, repeating: network.b2[0])
  var sums: [(name: String, prediction: Matrix<Scalar>)] = []
  for (index, ramp) in ramps.enumerated() {
    sum = sum + ramp
    if [1, 4, 16].contains(index + 1), index + 1 < ramps.count {
      sums.append((index == 0 ? "1 ramp" : "\(index + 1) ramps", sum))
    }
  }
  sums.append(("all \(ramps.count)", sum))
  let errors = [sums[0], sums[sums.count - 1]].map { sum in
    let residual = sum.prediction - Matrix<Scalar>(rounding: bentLine.y)
    return Double(residual.squaredNorm)
  }
  run.checkWhenFull(
    "the largest ramp alone is far from the curve that all of them follow",
    errors[0] > 25 * errors[1],
    detail: "its squared errors are "
      + "\(NumberFormat.decimals(0).text(of: errors[0] / errors[1])) times those "
      + "of the sum")
  run.show(Figure("running-sums", fitPlot(bentLine, sums)))
  let prediction = network.prediction(from: x, through: .relu)
  let size = ramps.map { $0.squaredNorm }.reduce(1, +)
  let error = Double((sum - prediction).squaredNorm / size)
  run.check(
    "the network is the sum of its ramps and a constant",
    error.squareRoot() < 64 * Double(Scalar.ulpOfOne),
    detail: "up to rounding, at every point")
}

//#-hidden-code
extension TwoLayerNetwork where Scalar: Comparable {
  /// Returns what each hidden unit adds to the first output, `[n, 1]` each.
  func ramps(at x: Matrix<Scalar>) -> [Matrix<Scalar>] {
    let h = Activation<Scalar>.relu(x • w1 + b1)  // [n, hidden]
    return (0..<b1.count).map { unit in
      Matrix(rows: x.rows, columns: 1) { row, _ in
        h[row, unit] * w2[unit, 0]
      }
    }
  }
}
//#-end-hidden-code
