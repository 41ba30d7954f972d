import Workbook

/*:
 ## A tool for the rest of the book

 The rule of this chapter came from thinking about one neuron. From the next
 chapter on, networks learn from **derivatives**: how much does the loss change
 when one weight changes a little? Derivatives come from formulas, and formulas
 have bugs. A network with a wrong derivative often still learns, only worse, so
 nobody notices the bug. We need a check that does not use the formulas.

 The definition of a derivative is such a check. Take a step $h$ to both sides
 and divide the change by the distance:

 $$
 f'(x) \approx \frac{f(x + h) - f(x - h)}{2 h}
 $$

 This is the **central difference**.
 */

/// Returns the derivative of `f` at `x`, from its values a step to both sides.
package func centralDifference<Scalar: Field>(
  of f: (Scalar) -> Scalar, at x: Scalar, step: Scalar
) -> Scalar {
  (f(x + step) - f(x - step)) / (2 * step)
}

/*:
 Why both sides? Taylor's series answers:

 $$
 f(x \pm h) = f \pm h f' + \tfrac{1}{2} h^2 f'' \pm \tfrac{1}{6} h^3 f''' + \dots
 $$

 In the difference of the two the even terms cancel. What is left, divided by
 $2h$, is $f' + h^2 f'''/6 + \dots$ So the error is about $h^2 f'''/6$. For
 polynomials up to degree four it is exactly that, because the next term has the
 fifth derivative. With a step to one side alone the term with $f''$ would stay,
 and the error would be about $h f''/2$.

 ## How small is a small step?

 A smaller step makes the formula better, so why not take $h = 10^{-12}$?
 Because the computer rounds. The values $f(x \pm h)$ carry an error of about
 $\varepsilon |f|$, where $\varepsilon$ is $2^{-23}$ for `Float` and $2^{-52}$
 for `Double`. Their difference may be off by twice that, and dividing by $2h$
 makes it larger, the more so the smaller $h$ is.

 The sum of both errors is about $h^2/6 + \varepsilon/h$, for a function of size
 one. As $h$ gets smaller, the first term falls and the second grows.

 > **Guess:** Where is their sum least? Set its derivative
 > $h/3 - \varepsilon/h^2$ to zero. About which power of two is that, for each of
 > the two formats?
 >
 > $h = \sqrt[3]{3 \varepsilon}$, which is near $2^{-7}$ for `Float` and
 > $2^{-17}$ for `Double`.

 ![The worst error of the central difference against its
 step](figure:step-size)

 The curve is a V. On its right arm, each halving of $h$ makes the error four
 times smaller, as $h^2$ predicts. On its left arm, a halving doubles it on
 average, as $\varepsilon/h$ predicts. That arm is ragged, because rounding
 errors are. The bottom is the best that the format can do.

 ![The best step for each format](table:best-step)

 The best powers found are near those of the formula and not always equal: the
 formula assumes that $f$ and $f'''$ have a size of one. Even with the best
 step, about a third of the digits are lost. [How the checks
 work](appendix:checks) tells how to get them back.
 */

/// Returns the worst error of central differences over points of [−1, 1].
func worstError<Scalar: FloatingField>(
  of function: TestFunction<Scalar>, step: Scalar
) -> Double {
  (-10...10).map { tenth in
    let x = Scalar(tenth) / 10
    let difference = centralDifference(of: function.value, at: x, step: step)
    return Double(abs(difference - function.derivative(x)))
  }.reduce(0, max)
}

/*:
 The steps are powers of two, so that computing $x + h$ and $x - h$ rounds as
 little as possible.
 */

/// Plots the error of the central difference over its step, in two formats.
func compareSteps(on run: inout RunRecorder) {
  run.section("The central difference, and how small a small step is")
  run.ask("Which step is best for Float, and which for Double?")
  let float = stepSizeErrors(of: TestFunction<Float>.exponential, halvings: 22)
  let double = stepSizeErrors(
    of: TestFunction<Double>.exponential, halvings: 48)
  run.show(
    Figure(
      "step-size",
      LinePlot(
        x: .log("step h"), y: .log("worst error of the derivative of eˣ"),
        series: [.init("Float", float), .init("Double", double)])))
  let best = bestSteps()
  run.show(best.table)
  run.check(
    "the error falls with h², then rises with 1/h",
    isV(float) && isV(double),
    detail: "slopes on log axes, right and left of the best step: "
      + "\(armText(float)) for Float, \(armText(double)) for Double")
  run.check(
    "the best steps are those of the formula, up to a factor of 4",
    best.powersApart.allSatisfy { $0 <= 2 },
    detail: "at most \(best.powersApart.reduce(0, max)) powers of two apart")
}

//#-hidden-code
/// A function whose derivative is known, to test the central difference on.
struct TestFunction<Scalar: FloatingField> {
  let name: String
  let value: (Scalar) -> Scalar
  let derivative: (Scalar) -> Scalar

  static var exponential: TestFunction {
    TestFunction(name: "eˣ", value: Scalar.exp, derivative: Scalar.exp)
  }

  static var hyperbolicTangent: TestFunction {
    TestFunction(
      name: "tanh x", value: Scalar.tanh,
      derivative: { 1 - Scalar.tanh($0).squared })
  }

  static var softplus: TestFunction {
    TestFunction(
      name: "log(1 + eˣ)", value: { Scalar.log(onePlus: Scalar.exp($0)) },
      derivative: { 1 / (1 + Scalar.exp(-$0)) })
  }
}

/// Returns the worst error at each of the steps 1, ½, ¼, ….
func stepSizeErrors<Scalar: FloatingField>(
  of function: TestFunction<Scalar>, halvings: Int
) -> [LinePlot.Point] {
  (0...halvings).map { halving in
    let step = 1 / Scalar(1 << halving)
    return .init(Double(step), worstError(of: function, step: step))
  }
}

/// Returns the best power of two for each function and format, and how many
/// powers each is away from the formula's.
func bestSteps() -> (table: Table, powersApart: [Int]) {
  var powersApart: [Int] = []
  var table = Table(
    "best-step",
    columns: ["function", "format", "best h", "∛(3ε)", "worst error"])
  func add<Scalar: FloatingField>(
    _ function: TestFunction<Scalar>, _ name: String
  ) {
    let errors = stepSizeErrors(
      of: function, halvings: Scalar.significandBitCount)
    guard let best = errors.min(by: { $0.y < $1.y }) else { return }
    let prediction = Double.exp(Double.log(3 * Double(Scalar.ulpOfOne)) / 3)
    powersApart.append(abs(exponent(of: best.x) - exponent(of: prediction)))
    table.add([
      .text(function.name), .text(name),
      .text("2" + NumberFormat.superscript(exponent(of: best.x))),
      .text("2" + NumberFormat.superscript(exponent(of: prediction))),
      .number(best.y, .scientific(1)),
    ])
  }
  add(TestFunction<Float>.exponential, "Float")
  add(TestFunction<Float>.hyperbolicTangent, "Float")
  add(TestFunction<Float>.softplus, "Float")
  add(TestFunction<Double>.exponential, "Double")
  add(TestFunction<Double>.hyperbolicTangent, "Double")
  add(TestFunction<Double>.softplus, "Double")
  return (table, powersApart)
}

/// Returns the exponent of the nearest power of two.
func exponent(of number: Double) -> Int { Int(Double.log2(number).rounded()) }

/// Whether errors fall like h² and then rise like 1/h as the step shrinks: the
/// slopes of the arms are near +2 and −1.
func isV(_ errors: [LinePlot.Point]) -> Bool {
  let arms = arms(of: errors)
  return abs(arms.right - 2) < 0.2 && abs(arms.left + 1) < 0.3
}

/// Returns the slopes of both arms as text.
func armText(_ errors: [LinePlot.Point]) -> String {
  let arms = arms(of: errors)
  let format = NumberFormat.decimals(2)
  return "\(format.text(of: arms.right)) and \(format.text(of: arms.left))"
}

/// Returns the mean slopes on log axes of the two arms, away from their ends.
func arms(of errors: [LinePlot.Point]) -> (left: Double, right: Double) {
  guard let bottom = errors.indices.min(by: { errors[$0].y < errors[$1].y })
  else { return (.nan, .nan) }
  func slope(from first: Int, to last: Int) -> Double {
    guard errors.indices.contains(first), errors.indices.contains(last)
    else { return .nan }
    return Double.log2(errors[first].y / errors[last].y)
      / Double.log2(errors[first].x / errors[last].x)
  }
  return (
    slope(from: bottom + 2, to: errors.count - 3),
    slope(from: 1, to: bottom - 2)
  )
}
//#-end-hidden-code
