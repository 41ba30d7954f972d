import BinaryClassifier
import Regression
import Workbook

/*:
 ## From a check to a proof

 The full check looks at every entry, at one point: one set of weights. What
 does it say of all other weights? A chapter of tests that were passed by wrong
 gradients should make you ask.

 Take the smallest case. The loss of one weight is $w^3/3$, and its derivative
 is $w^2$. The backward pass returns $2w$ by mistake.

 > **Guess:** The check is exact, without any tolerance. At how many weights
 > does it let the mistake pass?
 >
 > At two: $w = 0$ and $w = 2$. The error $2w - w^2 = w(2 - w)$ is zero there
 > and nowhere else. A check at one of these weights proves nothing.

 The error is a **polynomial** of **degree** two, since its highest power is
 $w^2$. A polynomial of degree $d$ is zero at no more than $d$ numbers, unless
 it is zero everywhere. So draw the weight at random from a set $S$ of $|S|$
 numbers. A wrong gradient passes only if the draw hits one of at most $d$
 zeros:

 $$
 \text{chance of passing} \le \frac{d}{|S|}, \qquad
 \text{of passing } k \text{ draws} \le \Bigl( \frac{d}{|S|} \Bigr)^k
 $$

 There are more than sixteen million integers of twenty-four bits. With those,
 and a degree of ten, four draws leave a chance below $2^{-80}$. A right
 gradient always passes, since its error is zero everywhere. So a handful of
 checks at random points tells the one from the other: not at those points
 alone, but everywhere.

 ## Many weights

 A network has many weights, and its error is a polynomial in all of them. Its
 degree counts all factors of a term: $a b^2$ has degree three. Unless it is
 zero everywhere, such a polynomial can have infinitely many zeros, and they
 are still as rare as before. Draw each coordinate from $S$, all equally likely
 and independent. Then the point is a zero with a chance of at most $d/|S|$.

 The reason is short. Sort the polynomial by the powers of its last variable,
 the highest being $j$. What stands before that power is a polynomial of the
 others, not zero everywhere, of degree $d - j$ or less. By the same argument
 it is zero at a random point with a chance of at most $(d - j)/|S|$. Count all
 those points as zeros. At the others a polynomial of the last variable alone
 is left, of degree $j$, and the draw hits one of its zeros with a chance of at
 most $j/|S|$. Together that is at most $d/|S|$.

 This was found three times, by [DeMillo and Lipton](cite:demillo-1978) to test
 programs, by [Zippel](cite:zippel-1979), and by [Schwartz](cite:schwartz-1980).

 Three slips show it on a set that is small enough to try all points: the
 \(fool.choices) integers around zero.

 ![Three slips: how often their error is zero, and how often it can
 be](table:slips)
 */

/// A slip in a backward pass that is written with + − × alone.
enum Slip: String, CaseIterable {
  case square = "2w for w²"
  case power = "ab for ab²"
  case bias = "ab² for (ab + c)b"

  /// The number of weights.
  var variables: Int { self == .square ? 1 : self == .power ? 2 : 3 }

  /// Returns what the backward pass says minus the derivative.
  func error<Scalar: Field>(at w: [Scalar]) -> Scalar {
    switch self {
    case .square: 2 * w[0] - w[0] * w[0]
    case .power: w[0] * w[1] - w[0] * w[1] * w[1]
    case .bias: w[0] * w[1] * w[1] - (w[0] * w[1] + w[2]) * w[1]
    }
  }
}

/*:
 The degree needs no thought. The error runs on any type of number, so it can
 run on one that counts degrees: `Degree` adds degrees where numbers are
 multiplied, and takes the larger where they are added. Each variable has degree
 one, each constant zero. Terms that cancel are counted as if they stayed, so
 the result is a bound, never too small. A division counts degrees above and
 below the line.
 */

extension Slip {
  /// At most this is the degree of the error.
  var degree: Int {
    error(at: [Degree](repeating: .variable, count: variables)).numerator
  }
}

/*:
 Now repeat the check. In each of \(fool.trials) trials, the weights are drawn
 again and again, and we count how often a slip passes all the draws.

 ![How often a slip passes all of several checks, and the bound](figure:fool)

 But for the noise of drawing, no point lies above its bound, and each draw
 divides the chance by the same number. With a set of $2^{24}$ integers each
 draw divides it by millions.

 One draw checks all entries of a gradient at once. The derivative along a
 random direction, with components from $S$, is compared with the product of
 the direction and the gradient. If a single entry is wrong, the difference of
 the two is not zero everywhere, and its degree is one more than that of the
 entries' errors. In the table it counts everything that is drawn: weights,
 inputs, targets and direction. The last column adds up the chances of all
 branches that were tried, of which the next section tells.

 ![Four networks without an exponential: the degree of their error, and the chance that a wrong backward pass is not noticed](table:degrees)
 */

/// Counts how often three slips pass a check at random points, and compares
/// that with the bound.
func foolTheCheck(
  on run: inout RunRecorder
) throws(ArchitectureError) {
  run.section("From a check to a proof")
  run.ask("2w stands for w². At how many weights does an exact check pass?")
  let choices = run.setting(
    16, as: "fool.choices", label: "numbers to draw from", least: 2)
  let trials = run.setting(
    run.repetitions(20_000), as: "fool.trials", label: "trials")
  let numbers = (0..<choices).map { $0 - choices / 2 }
  var table = Table(
    "slips", columns: ["slip", "degree", "zeros", "of points", "part", "bound"])
  var isBounded = true
  for slip in Slip.allCases {
    let zeros = zeroCount(of: slip, on: numbers)
    let points = (0..<slip.variables).reduce(1) { all, _ in all * choices }
    let part = Double(zeros) / Double(points)
    let bound = Double(slip.degree) / Double(choices)
    isBounded = isBounded && part <= bound
    table.add([
      .text(slip.rawValue), .count(slip.degree), .count(zeros),
      .count(points), .number(part, .percent(1)), .number(bound, .percent(1)),
    ])
  }
  run.show(table)
  run.check(
    "no slip is zero at more than d/|S| of all points", isBounded,
    detail: "counted at every point, for \(Slip.allCases.count) slips")
  drawRepeats(on: &run, numbers, trials: trials)
  try showDegrees(on: &run)
}

/// Draws weights and counts how often slips pass repeated checks.
func drawRepeats(on run: inout RunRecorder, _ numbers: [Int], trials: Int) {
  var random = run.random("fool")
  let repeats = 4
  var series: [LinePlot.Series] = []
  for slip in [Slip.power, .square] {
    var passes = [Int](repeating: 0, count: repeats)
    for _ in 0..<trials {
      for draw in 0..<repeats {
        let w = (0..<slip.variables).map { _ in
          Rational(count: numbers[random.index(below: numbers.count)])
        }
        guard slip.error(at: w) == 0 else { break }
        passes[draw] += 1
      }
    }
    let bound = min(1, Double(slip.degree) / Double(numbers.count))
    series.append(
      .init(
        "bound, degree \(slip.degree)",
        (1...repeats).map { Double.pow(bound, $0) }))
    series.append(
      .init(
        slip.rawValue,
        (1...repeats).map {
          .init(Double($0), Double(passes[$0 - 1]) / Double(trials))
        }, isJoined: false))
  }
  run.show(
    Figure(
      "fool",
      LinePlot(
        x: .linear("checks"), y: .log("part that passes all"), series: series)))
}

//#-hidden-code
/// Returns at how many points the error of a slip is 0.
func zeroCount(of slip: Slip, on numbers: [Int]) -> Int {
  var points: [[Rational]] = [[]]
  let fractions = numbers.map { Rational(count: $0) }
  for _ in 0..<min(slip.variables, 2) {
    points = points.flatMap { point in fractions.map { point + [$0] } }
  }
  guard slip.variables == 3 else {
    return points.count { slip.error(at: $0) == 0 }
  }
  return points.map { point in
    fractions.count { slip.error(at: point + [$0]) == 0 }
  }.reduce(0, +)
}
//#-end-hidden-code
