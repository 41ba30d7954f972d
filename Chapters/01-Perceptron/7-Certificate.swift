import Workbook

/*:
 ## A judge without tolerance

 The check of the last page forgives: a slope may be off by a part in a million.
 It has to, for `Double` rounds. Is there a judge that forgives nothing?

 The perceptron's loss needs only + − × ÷ and a comparison. Such a formula can
 be run on **exact fractions**, which never round. And its derivative can be had
 without any step. Take numbers of two parts, a value and a slope, and let each
 operation treat the slope by the rules of calculus:

 $$
 (a + a' \varepsilon)(b + b' \varepsilon) = a b + (a' b + a b') \varepsilon,
 \qquad \varepsilon^2 = 0
 $$

 These are **dual numbers**. Give one weight the slope one and every other the
 slope zero, run the loss, and the result carries its own derivative in that
 weight. Over fractions it is exact. The backward pass must *equal* it.

 Nothing is copied for that. The code above asked for `OrderedField`, so the
 compiler makes the same lines work on fractions and on dual numbers. What goes
 before the judge is a **formula**: a place, a loss and a gradient, for any
 number.
 */

/// The perceptron's loss on some examples, for any number.
struct PerceptronFormula: AlgebraicFormula {
  let name = "the perceptron's loss"
  let neuron: Perceptron<Double>
  let x: Matrix<Double>  // [n, features]
  let y: Vector<Double>  // [n], −1 or +1

  var place: [Tensor<Double>] { neuron.tensors }
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
 **balls**: a number of \(balls.bits) bits or more, together with a radius that
 is sure to enclose the truth. Every operation rounds its radius up. So a ball
 never claims more than it knows. Two balls that overlap cannot be compared,
 and a check that meets such a comparison answers *undecided*; it never guesses.

 In balls a central difference can take a step of $2^{-80}$. The error of the
 formula, about $h^2$, is then below $10^{-48}$, and the rounding is enclosed. So
 the oldest check of all, the one that knows no calculus, gives forty digits and
 more.

 How small a mistake does each judge notice? Let one slope of the perceptron be
 wrong by a part of itself, a half, a quarter and so on down, and ask them all.

 ![The smallest part of a slope that each judge notices](table:judges)

 The first judge is the check of the last page. *Float* and *Double* do not use
 differences: they compare the gradient computed in that format with the one in
 balls. They cannot see a mistake that the format itself cannot hold.
 */

/// Lets every judge look at slopes that are less and less wrong.
func compareJudges(on page: inout Page, _ formula: PerceptronFormula) {
  page.section("How small a mistake does a judge notice?")
  page.ask("A slope is wrong by a part in a billion. Who notices?")
  page.record(256, as: "balls.bits", label: "bits of a ball, at least")
  let judges = judges(of: formula)
  let faintest = 300
  let noticed = judges.map { judge in
    (1...faintest).prefix { power in
      let part = Double.pow(2, -Double(power))
      return judge.notices(Mutant(formula, at: (0, 1), part: part))
    }.count
  }
  var table = Table("judges", columns: ["judge", "notices a part of"])
  for (judge, power) in zip(judges, noticed) {
    let smallest = "2" + NumberFormat.superscript(-power)
    table.add([
      .text(judge.name), .text(power == faintest ? "any size" : smallest),
    ])
  }
  page.show(table)
  page.check(
    "no judge accuses right slopes, and exact fractions notice any mistake",
    judges.allSatisfy { !$0.notices(Mutant(formula, at: (0, 1), part: 0)) }
      && noticed[1] == faintest,
    detail: "mistakes down to 2⁻³⁰⁰ of a slope")
}

//#-hidden-code
/// Someone who says whether a gradient is wrong.
struct Judge {
  let name: String
  let notices: (Mutant<PerceptronFormula>) -> Bool
}

/// Returns the check of the last page, and the methods of the certificates.
func judges(of formula: PerceptronFormula) -> [Judge] {
  let byDifferences = Judge(name: "the check of the last page") { mutant in
    let slopes = Perceptron(mutant.gradient(at: mutant.place))
    let check = GradientCheck(of: slopes, at: formula.neuron) {
      formula.loss(at: $0.tensors)
    }
    return !check.mismatches.isEmpty
  }
  return [
    byDifferences,
    Judge(name: Method.exact.rawValue) { $0.exactFinding().verdict == .fail },
    Judge(name: Method.differences.rawValue) {
      $0.differencesFinding().verdict == .fail
    },
    Judge(name: Method.direction.rawValue) {
      $0.directionFinding().verdict == .fail
    },
    Judge(name: Method.float.rawValue) { $0.floatFinding().verdict == .fail },
    Judge(name: Method.double.rawValue) { $0.doubleFinding().verdict == .fail },
    Judge(name: Method.doubleDifferences.rawValue) {
      $0.doubleDifferencesFinding().verdict == .fail
    },
  ]
}
//#-end-hidden-code

/*:
 ## The certificate

 From here on each chapter ends with a certificate. It has a row for each
 formula, and in it, how closely the backward pass agrees with six judges:

 - **exact**: dual numbers over exact fractions, every slope, equal or not; only
   for formulas of + − × ÷ and comparisons;
 - **digits**: central differences in balls, every slope, decimal digits of the
   largest slope of its tensor;
 - **along v**: dual numbers over balls, in one random direction, which is cheap
   enough for networks of any size; digits again;
 - **Float** and **Double**: how far the gradient in that format is from the one in
   balls, in units in the last place of the tensor's largest slope, and behind the
   stroke what is allowed. That is computed too: run in balls as narrow as the format,
   the formula's radius tells how far rounding can lead, and twice that is allowed,
   since the functions of a system's library round a little less well than balls
   do;
 - **by h**: central differences in `Double`, the best that can be had without
   balls; the error as a part of the largest slope.

 ![The certificate of this chapter](table:certificate)
 */

/// Certifies the perceptron's loss.
func certifyPerceptron(on page: inout Page) {
  var random = SplitMix64(seed: 1, stream: "1.certificate")
  let formula = PerceptronFormula(
    neuron: Perceptron(
      weights: .dyadic(4, using: &random), bias: random.dyadic()),
    x: .dyadic(7, 4, using: &random), y: signs((0..<7).map { $0 % 2 }))
  compareJudges(on: &page, formula)
  page.section("The certificate of this chapter")
  page.certify([formula])
}
