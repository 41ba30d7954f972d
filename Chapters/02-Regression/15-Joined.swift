import Workbook

/*:
 ## Enough ramps follow any curve

 Is there a curve that no network of ramps can follow? Cut an interval into $n$
 equal pieces, and join the points of the curve at their ends by straight lines.
 That is a network with $n$ hidden units, and its weights need no training. Each
 unit has its kink at the start of a piece. Its outer weight is the bend there.
 */

extension TwoLayerNetwork where Scalar == Double {
  /// Creates the network that joins points of a function by straight lines.
  init(
    joining f: (Double) -> Double, from start: Double, to end: Double,
    ramps: Int
  ) {
    let width = (end - start) / Double(ramps)
    let knots = (0...ramps).map { start + Double($0) * width }
    let slopes = (0..<ramps).map { (f(knots[$0 + 1]) - f(knots[$0])) / width }
    let bends = zip(slopes, [0] + slopes).map { $0 - $1 }
    w1 = Matrix(rows: 1, columns: ramps, repeating: 1)
    b1 = Vector(knots.dropLast().map { -$0 })
    w2 = Matrix(column: Vector(bends))
    b2 = [f(knots[0])]
  }
}

/*:
 ![A sine, and networks that join points of it](figure:joined)

 How good is it? Between two points of distance $d$ a function differs from the
 straight line by at most $d^2 \max|f''| / 8$.

 > **Guess:** With twice as many ramps the pieces are half as long. By which
 > factor does the error become smaller?
 >
 > By about four, since the bound falls with the square of the length. While the
 > pieces are few, the factor is irregular: see the last column of the table.

 ![The largest error of joining the points of a sine](table:joined)

 On a closed and bounded region such networks can come as close as one likes to
 any continuous function. This is the **universal approximation theorem**.
 [Cybenko](cite:cybenko-1989) proved it for sigmoids and
 [Hornik](cite:hornik-1991) for all continuous, bounded activations that are not
 constant, with any number of inputs. A ramp is not bounded, but the difference
 of two is: $\max(0, z) - \max(0, z - 1)$.
 Polynomials do not work: with $\varphi(z) = z^2$ every such network is a
 parabola in $x$, however wide it is.

 The theorem says less than its name. Good weights exist, but training need not
 find them. Two ramps were enough for the bent line, and \(bent.hidden) trained
 ones missed its middle. It does not say how many units are needed. And it is
 silent about inputs outside the interval, where the last piece goes straight
 on. At $x = 2\pi$ the sine is zero, and the network of \(joined.most) ramps
 predicts \(joined.outside).
 */

/// Joins points of a sine by more and more ramps.
func joinPoints(on run: inout RunRecorder) {
  run.section("Enough ramps follow any curve")
  run.ask("With twice as many ramps, by which factor does the error fall?")
  let most = run.setting(128, as: "joined.most", label: "ramps, at most")
  let counts = sequence(first: 2) { $0 * 2 }.prefix { $0 <= max(most, 2) }
  let range = -Double.pi ... .pi
  let fine = Dataset<Double>.samples(4_001, of: Double.sin, on: range)
  var table = Table(
    "joined", columns: ["ramps", "largest error", "bound", "times smaller"])
  var errors: [(ramps: Int, error: Double, bound: Double)] = []
  var outside = Double.nan
  for ramps in counts {
    let network = TwoLayerNetwork(
      joining: Double.sin, from: -.pi, to: .pi, ramps: ramps)
    let prediction = network.prediction(from: fine.x, through: .relu)
    let error = (prediction - fine.y).elements.map { abs($0) }.reduce(0, max)
    let width = 2 * Double.pi / Double(ramps)
    let last = errors.last?.error
    errors.append((ramps, error, width * width / 8))
    outside = network.prediction(from: [[2 * .pi]], through: .relu)[0, 0]
    table.add([
      .count(ramps), .number(error, .scientific(2)),
      .number(width * width / 8, .scientific(2)),
      .init(last.map { $0 / error }, .decimals(2)),
    ])
  }
  run.show(
    Figure(
      "joined",
      fitPlot(
        .sine,
        [4, 8].map { ramps in
          let network = TwoLayerNetwork<Double>(
            joining: Double.sin, from: -.pi, to: .pi, ramps: ramps)
          return (
            "\(ramps) ramps",
            network.prediction(from: Dataset.sine.x, through: .relu)
          )
        })))
  run.show(table)
  run.record(
    outside, .decimals(2), as: "joined.outside",
    label: "prediction at 2π, where the sine is 0")
  checkJoined(on: &run, errors, outside)
}

/// Checks what the table of joined points shows.
func checkJoined(
  on run: inout RunRecorder,
  _ errors: [(ramps: Int, error: Double, bound: Double)], _ outside: Double
) {
  run.check(
    "the error of joined points is within its bound",
    errors.allSatisfy { $0.error <= $0.bound },
    detail: "for \(errors.count) numbers of ramps")
  let ratios = zip(errors, errors.dropFirst()).filter { $0.0.ramps >= 16 }
    .map { $0.0.error / $0.1.error }
  run.check(
    "with many ramps, twice as many make the error four times smaller",
    ratios.allSatisfy { abs($0 - 4) < 0.2 },
    detail: "from 16 ramps on, between "
      + NumberFormat.decimals(2).text(of: ratios.reduce(.infinity, min))
      + " and " + NumberFormat.decimals(2).text(of: ratios.reduce(0, max)))
  run.check(
    "outside the interval the last ramp goes straight on, away from the sine",
    abs(outside) > 2, detail: NumberFormat.decimals(2).text(of: outside))
  var random = run.random("parabola")
  let network = TwoLayerNetwork<Double>(
    features: 1, hidden: 64, outputs: 1, using: &random)
  let y = network.prediction(
    from: [[-1], [0], [1], [2]], through: .square
  ).column(0)
  let third = y[3] - 3 * y[2] + 3 * y[1] - y[0]
  run.check(
    "with the square as activation a network is a parabola",
    abs(third) <= 1e-12 * y.elements.map { abs($0) }.reduce(1, max),
    detail: "third differences are zero, up to rounding")
}
