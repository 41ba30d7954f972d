import Workbook

/*:
 ## The certificate

 The check of the last section tolerates an error of one millionth. It has to,
 because `Double` rounds. There are checks that tolerate less, or nothing at
 all, because they compute with other numbers:

 - **exact fractions** never round. With **dual numbers**, which carry a
   derivative beside each value, the derivative needs no step either. The
   gradient must *equal* it. This works for formulas of + − × ÷ and comparisons,
   such as the perceptron's;
 - **balls** are numbers of \(balls.bits) bits or more with a radius, so that the
   true value is always enclosed. They have exponentials too.

 No code is copied for that. The neuron asked of its numbers no more than
 `OrderedField`, so the compiler makes the same lines work on all of them. [How
 the checks work](appendix:checks) explains these numbers and the methods.

 How small a mistake does each method notice? Let one derivative of the
 perceptron be wrong by a fraction of itself, a half, a quarter and so on, and
 ask all of them.

 > **Guess:** One derivative is wrong by a billionth, about $2^{-30}$. Which
 > methods in the table notice?
 >
 > Exact fractions, balls, and the two that use the precision of `Double` well.
 > The central differences of the last section and `Float` do not.

 ![The smallest mistake that each method notices, as a fraction of the
 derivative](table:checks)

 *Float* and *Double* do not use differences: they compare the gradient computed
 in that format with the one in balls. They cannot see a mistake that the format
 itself cannot represent. The last method uses central differences in `Double`
 with two steps, and combines them.
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
  let missed = zip(checks, noticed).filter { $1 < 30 }.map(\.0.name)
  run.check(
    "a billionth is missed by the last section's check and by Float alone",
    missed == [checks[0].name, Method.float.rawValue],
    detail: "missed by " + missed.joined(separator: ", and "))
}

//#-hidden-code
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

/// A way to find out whether a gradient is wrong.
struct NamedCheck {
  let name: String
  let notices: (Mutant<PerceptronFormula>) -> Bool
}

/// Returns the check of the last section, and the methods of the certificates.
func checks(of formula: PerceptronFormula) -> [NamedCheck] {
  let byDifferences = NamedCheck(
    name: "central differences, one step, tolerance 10⁻⁶"
  ) { mutant in
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
 From here on each chapter ends with a **certificate**. It has a row for each
 formula, and says how closely the gradient agrees by each method:

 - *exact*: in fractions, equal or not;
 - *proved*: the chance that a wrong formula passes the exact check at random
   points, which [chapter 4](chapter:4) explains;
 - *digits*: by differences in balls;
 - *along v*: in one random direction in balls, which is cheap enough for large
   networks; digits again;
 - *Float* and *Double*: in that format, in units in the last place;
 - *by h*: by differences in `Double`, as a fraction of the largest entry.

 The perceptron's loss passes all of them.

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
