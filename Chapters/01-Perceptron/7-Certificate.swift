import Workbook

/*:
 ## A check without tolerance

 The check of the last page tolerates an error of one millionth. It has to,
 because `Double` rounds. Is there a check that tolerates nothing?

 The perceptron's loss needs only + − × ÷ and a comparison. Such a formula can
 be run on **exact fractions**, which never round. Its derivative can be
 computed without any step. Take numbers of two parts, a value and a derivative,
 and let each operation treat the derivative by the rules of calculus:

 $$
 (a + a' \delta)(b + b' \delta) = a b + (a' b + a b') \delta,
 \qquad \delta^2 = 0
 $$

 These are **dual numbers**. Give one weight the derivative one and every other
 the derivative zero, and run the loss. The result carries its derivative in
 that weight. Over fractions it is exact, and the gradient must *equal* it.

 No code is copied for that. The code above asked for `OrderedField`, so the
 compiler makes the same lines work on fractions and on dual numbers. What is
 checked is a **formula**: an evaluation point, a loss and a gradient, for any
 type of number.
 */

/// The perceptron's loss on some examples, for any number.
struct PerceptronFormula: AlgebraicFormula {
  let name = "the perceptron's loss"
  let neuron: Perceptron<Double>
  let x: Matrix<Double>  // [n, features]
  let y: Vector<Double>  // [n], −1 or +1

  var evaluationPoint: [Tensor<Double>] { neuron.tensors }
  var clues: Clues { Clues(counts: [("n", x.rows)]) }

  func loss<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> Scalar {
    Perceptron(w).lossAndGradient(on: Matrix(x), Vector(y)).loss
  }

  func gradient<Scalar: OrderedField>(
    at w: [Tensor<Scalar>]
  ) -> [Tensor<Scalar>] {
    Perceptron(w).lossAndGradient(on: Matrix(x), Vector(y)).gradient.tensors
  }
}

extension Perceptron {
  /// Creates a neuron from its tensors.
  init(_ tensors: [Tensor<Scalar>]) {
    self.init(weights: tensors[0].vector, bias: tensors[1].elements[0])
  }
}

/*:
 ## Numbers that know how wrong they are

 Later chapters need exponentials, and fractions have none. For those there are
 **balls**: a number of \(balls.bits) bits or more, together with a radius, so
 that the true value is always enclosed. Every operation rounds its radius up.
 Two balls that overlap cannot be compared, and a check that meets such a
 comparison answers *undecided*; it never guesses.

 In balls a central difference can take a step of $2^{-80}$. The error of the
 formula, about $h^2$, is then below $10^{-48}$, and the rounding is enclosed.
 So central differences, which use no rule of calculus, give forty digits and
 more.

 How small a mistake does each check notice? Let one derivative of the
 perceptron be wrong by a fraction of itself, a half, a quarter and so on, and
 ask all checks.

 ![The smallest mistake that each check notices, as a fraction of the
 derivative](table:checks)

 The first check is that of the last page. *Float* and *Double* do not use
 differences: they compare the gradient computed in that format with the one in
 balls. They cannot see a mistake that the format itself cannot represent.
 */

/// Shows every check a gradient that is less and less wrong.
func compareChecks(on run: inout RunRecorder, _ formula: PerceptronFormula) {
  run.section("How small a mistake does each check notice?")
  run.ask("A derivative is wrong by one billionth. Which checks notice?")
  run.record(256, as: "balls.bits", label: "bits of a ball, at least")
  let checks = checks(of: formula)
  let smallest = 300
  let noticed = checks.map { check in
    (1...smallest).prefix { power in
      let part = Double.pow(2, -Double(power))
      return check.notices(Mutant(formula, at: (0, 1), part: part))
    }.count
  }
  var table = Table("checks", columns: ["check", "smallest mistake noticed"])
  for (check, power) in zip(checks, noticed) {
    let fraction = "2" + NumberFormat.superscript(-power)
    table.add([
      .text(check.name), .text(power == smallest ? "any size" : fraction),
    ])
  }
  run.show(table)
  run.check(
    "no check rejects a right gradient, and exact fractions notice any mistake",
    checks.allSatisfy { !$0.notices(Mutant(formula, at: (0, 1), part: 0)) }
      && noticed[1] == smallest,
    detail: "mistakes down to 2⁻³⁰⁰ of a derivative")
}

//#-hidden-code
/// A way to find out whether a gradient is wrong.
struct NamedCheck {
  let name: String
  let notices: (Mutant<PerceptronFormula>) -> Bool
}

/// Returns the check of the last page, and the methods of the certificates.
func checks(of formula: PerceptronFormula) -> [NamedCheck] {
  let byDifferences = NamedCheck(name: "the check of the last page") { mutant in
    let gradient = Perceptron(mutant.gradient(at: mutant.evaluationPoint))
    let check = GradientCheck(of: gradient, at: formula.neuron) {
      formula.loss(at: $0.tensors)
    }
    return !check.mismatches.isEmpty
  }
  return [
    byDifferences,
    NamedCheck(name: Method.exact.rawValue) {
      $0.exactFinding().verdict == .fail
    },
    NamedCheck(name: Method.differences.rawValue) {
      $0.differencesFinding().verdict == .fail
    },
    NamedCheck(name: Method.direction.rawValue) {
      $0.directionFinding().verdict == .fail
    },
    NamedCheck(name: Method.float.rawValue) {
      $0.floatFinding().verdict == .fail
    },
    NamedCheck(name: Method.double.rawValue) {
      $0.doubleFinding().verdict == .fail
    },
    NamedCheck(name: Method.doubleDifferences.rawValue) {
      $0.doubleDifferencesFinding().verdict == .fail
    },
  ]
}
//#-end-hidden-code

/*:
 ## The certificate

 From here on each chapter ends with a certificate. It has a row for each
 formula. The row says how closely the gradient agrees with six checks:

 - **exact**: dual numbers over exact fractions, every derivative, equal or not;
   only for formulas of + − × ÷ and comparisons;
 - **digits**: central differences in balls, every derivative, in decimal digits
   of the largest entry of its tensor;
 - **along v**: dual numbers over balls, in one random direction, which is cheap
   enough for networks of any size; digits again;
 - **Float** and **Double**: how far the gradient in that format is from the one
   in balls, in units in the last place of the tensor's largest entry. The
   formula is also run in balls as narrow as the format; their radius bounds the
   effect of rounding. Twice that radius is allowed, because the functions of a
   system's library round a little less accurately than balls do;
 - **by h**: central differences in `Double`, the best that is possible without
   balls; the error as a fraction of the largest entry.

 ![The certificate of this chapter](table:certificate)
 */

/// Certifies the perceptron's loss.
func certifyPerceptron(on run: inout RunRecorder) {
  var random = SplitMix64(seed: 1, stream: "1.certificate")
  let formula = PerceptronFormula(
    neuron: Perceptron(
      weights: .dyadic(4, using: &random), bias: random.dyadic()),
    x: .dyadic(7, 4, using: &random), y: signs((0..<7).map { $0 % 2 }))
  compareChecks(on: &run, formula)
  run.section("The certificate of this chapter")
  run.certify([formula])
}
