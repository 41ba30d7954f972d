import BinaryClassifier
import Multiclass
import Perceptron
import Regression
import Workbook

/*:
 ## The recipe

 A network that does not learn gives no error message. The next six steps look
 for the reason. Each asks one question whose answer is known beforehand, so
 each needs no experience, and a program can ask it.

 - **The loss at the start:** it is about $\log C$ for $C$ classes ([chapter
   4](chapter:4)).
 - **One batch is learned by heart.** A network that cannot learn
   \(recipe.batch) examples will not learn thousands.
 - **The inputs off:** with all of them zero it does worse. Otherwise it does
   not use them.
 - **Shuffled labels:** there is nothing to know. The training loss may still
   fall, but on the validation set the network is right by chance only.
 - **The gradient:** it is that of the loss ([chapter 1](chapter:1)).
 - **No leak:** the score on the validation set does not depend on the test
   set. Change the test set, train again, and compare.

 A training is taken apart into what can be wrong: the network at its start, how
 the raw data become what the network sees, and the backward pass.
 */

/// The examples of a training, in three sets.
struct ThreeSets<Scalar: FloatingField>: Sendable {
  var training: Dataset<Scalar>
  var validation: Dataset<Scalar>
  var test: Dataset<Scalar>
}

/*:
 Here a part is a function, so that a wrong one can take its place.
 */

/// A training, in the parts that can be wrong.
struct Trainer<Scalar: FloatingField>: Sendable {
  /// The network at its start.
  var network: Network<Scalar>
  /// Makes of raw examples those that the network sees.
  var prepare: @Sendable (ThreeSets<Scalar>) -> ThreeSets<Scalar>
  /// The loss of a mini-batch, and its gradient.
  var pass:
    @Sendable (Network<Scalar>, Dataset<Scalar>) -> (
      loss: Scalar, gradient: Network<Scalar>
    )
  //#-hidden-code
  var epochs: Int
  var batchSize: Int
  var learningRate: Scalar
  //#-end-hidden-code
}

//#-hidden-code
extension Trainer {
  /// Returns the network after a training, the same each time.
  func fit(_ examples: Dataset<Scalar>, epochs: Int? = nil) -> Network<Scalar> {
    var (network, random) = (self.network, SplitMix64(seed: 1))
    var optimiser = Optimiser<Scalar>.adam(learningRate: learningRate)
    let loop = TrainingLoop(
      batchSize: batchSize, epochs: epochs ?? self.epochs)
    _ = loop.run(over: examples.count, using: &random) { positions in
      let (loss, gradient) = pass(network, examples.examples(at: positions))
      optimiser.step(&network, against: gradient)
      return loss
    }
    return network
  }

  /// Returns the loss on the validation set after a training on raw examples,
  /// and the fraction of right answers.
  func score(_ raw: ThreeSets<Scalar>) -> (loss: Double, accuracy: Double) {
    let sets = prepare(raw)
    let (network, validation) = (fit(sets.training), sets.validation)
    let answers = network.classes(of: validation.x)
    let right = answers.enumerated().count { validation.y[$0, $1] == 1 }
    return (
      Double(network.meanLoss(on: validation)),
      Double(right) / Double(validation.count)
    )
  }
}
//#-end-hidden-code

/*:
 Each step measures one number:
 */

enum RecipeStep: String, CaseIterable, Sendable {
  case start = "loss at the start, divided by log C"
  case byHeart = "loss of one batch learned by heart, by log C"
  case inputsOff = "wrong answers, by those with the inputs off"
  case labelsShuffled = "accuracy with shuffled labels"
  case gradient = "error of the gradient, in its largest entry"
  case leak = "change of the score when the test set changes"
}

/*:
 Beside what a step found stands the largest number that is allowed. NaN is
 below no limit, so it passes no step.
 */

struct Verdict: Sendable {
  let step: RecipeStep
  let found: Double
  let limit: Double
  var isPassed: Bool { found <= limit }
}

/*:
 The function trains five times. `score` prepares the raw examples, trains, and
 returns loss and accuracy on the validation set.
 */

extension Trainer {
  /// Returns the verdict of each step, in order.
  func recipe(on raw: ThreeSets<Scalar>) -> [Verdict] {
    let sets = prepare(raw)
    let batch = sets.training.first(batchSize)
    let (trained, off) = (score(raw), score(raw.withoutInputs))
    let found: [RecipeStep: Double] = [
      .start: Double(network.meanLoss(on: sets.training)) / raw.logC,
      .byHeart: Double(fit(batch, epochs: 200).meanLoss(on: batch)) / raw.logC,
      .inputsOff: (1 - trained.accuracy) / (1 - off.accuracy),
      .labelsShuffled: score(raw.withShuffledLabels).accuracy,
      .gradient: gradientError(on: batch),
      .leak: abs(score(raw.withChangedTest).loss - trained.loss),
    ]
    return RecipeStep.allCases.map {
      Verdict(step: $0, found: found[$0] ?? .nan, limit: raw.limit(of: $0))
    }
  }
}

/*:
 The limits are wide where luck has a part. That of the gradient allows for the
 error of differences. An accuracy $p$ that $n$ answers reach by chance has the
 deviation $\sqrt{p \, (1 - p) / n}$, and the steps with the inputs off and with
 shuffled labels allow four of them. The leak test allows nothing: the same
 training on the same numbers gives the same bits.

 ![The recipe, on a training without a fault](table:recipe)
 */

//#-hidden-code
extension Dataset where Scalar: FloatingField {
  /// Returns the first examples, at most `count`.
  func first(_ count: Int) -> Dataset {
    examples(at: Array(0..<min(count, self.count))[...])
  }

  /// Returns the data with their labels in another order.
  func withShuffledLabels(using random: inout SplitMix64) -> Dataset {
    let order = random.shuffled(0..<count)
    return Dataset(x: x, y: y.rows(at: order[...]))
  }

  /// Returns the data with every input zero.
  var withoutInputs: Dataset { Dataset(x: x.map { _ in 0 }, y: y) }
}

extension ThreeSets {
  /// The loss of a network that gives each class the same probability.
  var logC: Double { Double.log(Double(training.y.columns)) }

  /// The largest number with which a step is passed.
  func limit(of step: RecipeStep) -> Double {
    let chance = 1 / Double(training.y.columns)
    let variance = chance * (1 - chance) / Double(validation.count)
    return switch step {
    case .start: 2
    case .byHeart: 0.1
    case .inputsOff: 1 - 4 * variance.squareRoot() / (1 - chance)
    case .labelsShuffled: chance + 4 * variance.squareRoot()
    case .gradient: 0.02
    case .leak: 0
    }
  }

  /// The sets with every input zero.
  var withoutInputs: ThreeSets {
    ThreeSets(
      training: training.withoutInputs, validation: validation.withoutInputs,
      test: test.withoutInputs)
  }

  /// The sets with the labels of each in another order.
  var withShuffledLabels: ThreeSets {
    var random = SplitMix64(seed: 1, stream: "recipe.labels")
    return ThreeSets(
      training: training.withShuffledLabels(using: &random),
      validation: validation.withShuffledLabels(using: &random),
      test: test.withShuffledLabels(using: &random))
  }

  /// The sets with other inputs in the test set.
  var withChangedTest: ThreeSets {
    var sets = self
    sets.test.x = test.x.map { 2 * $0 + 1 }
    return sets
  }

  /// The sets with inputs that have, in the training set, the mean 0 and the
  /// deviation 1.
  ///
  /// - Parameter fitted: The inputs whose mean and deviation are taken,
  ///   `[n, features]`.
  func standardised(by fitted: Matrix<Scalar>) -> ThreeSets {
    let n = Scalar(count: fitted.rows)
    let mean = fitted.sumOfRows / n
    let centred = fitted + -1 * mean
    let variance = centred.map { $0 * $0 }.sumOfRows / n
    func moved(_ data: Dataset<Scalar>) -> Dataset<Scalar> {
      let x = Matrix(rows: data.count, columns: mean.count) { row, column in
        (data.x[row, column] - mean[column])
          / Scalar.sqrt(variance[column] + Scalar.ulpOfOne)
      }
      return Dataset(x: x, y: data.y)
    }
    return ThreeSets(
      training: moved(training), validation: moved(validation),
      test: moved(test))
  }

  /// Draws clouds of points in many dimensions, and deals them out.
  ///
  /// - Parameters:
  ///   - count: The points of each set.
  ///   - features: The dimensions, each with a unit and a zero of its own.
  static func clouds(
    _ count: Int, features: Int = 20, classes: Int = 3,
    using random: inout SplitMix64
  ) -> ThreeSets {
    let centres = Matrix<Double>.normal(classes, features, using: &random)
    func draw(_ random: inout SplitMix64) -> Dataset<Scalar> {
      let noise = Matrix<Double>.normal(count, features, using: &random)
      let x = Matrix<Scalar>(rows: count, columns: features) { row, column in
        let value = noise[row, column] + 0.7 * centres[row % classes, column]
        return Scalar(4 + Double(1 + column % 3) * value)
      }
      let y = Matrix<Scalar>(rows: count, columns: classes) {
        $0 % classes == $1 ? 1 : 0
      }
      return Dataset(x: x, y: y)
    }
    return ThreeSets(
      training: draw(&random), validation: draw(&random), test: draw(&random))
  }
}

extension Trainer {
  /// A training without a fault.
  static func healthy(
    hidden: Int = 24, epochs: Int = 40, batchSize: Int = 16,
    features: Int = 20, classes: Int = 3, using random: inout SplitMix64
  ) throws(ArchitectureError) -> Trainer {
    Trainer(
      network: try Network(
        [.width(features), .width(hidden), .tanh, .width(classes), .softmax],
        loss: .crossEntropy, using: &random),
      prepare: { $0.standardised(by: $0.training.x) },
      pass: { $0.lossAndGradient(on: $1) },
      epochs: epochs, batchSize: batchSize, learningRate: Scalar(0.02))
  }

  /// Returns the largest difference between an entry of the gradient and its
  /// central difference, as a fraction of its tensor's largest entry.
  ///
  /// The step is large, so that numbers of single precision can be compared
  /// too. The activation must be smooth.
  func gradientError(on batch: Dataset<Scalar>) -> Double {
    var random = SplitMix64(seed: 1, stream: "recipe.biases")
    let network = self.network.withRandomBiases(using: &random)
    let gradient = pass(network, batch).gradient.tensors
    var (changed, worst) = (network, 0.0)
    for (number, tensor) in network.tensors.enumerated() {
      let ours = gradient[number].elements.map { Double($0) }
      let largest = ours.reduce(0) { max($0, abs($1)) }
      for (index, value) in tensor.elements.enumerated() {
        let difference = centralDifference(
          of: { entry in
            changed.set(index, of: number, to: Scalar(entry))
            return Double(changed.meanLoss(on: batch))
          }, at: Double(value), step: 1.0 / 32)
        changed.set(index, of: number, to: value)
        let error = abs(difference - ours[index]) / largest
        worst = error <= worst ? worst : error
      }
    }
    return worst
  }
}

extension Parameterised {
  /// Changes one entry of one parameter.
  fileprivate mutating func set(_ index: Int, of number: Int, to value: Scalar)
  {
    forEachParameter { parameter, θ in
      if parameter.index == number { θ[index] = value }
    }
  }
}

/// Runs the recipe on a training without a fault.
func followRecipe<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) throws -> (trainer: Trainer<Scalar>, raw: ThreeSets<Scalar>) {
  run.section("The recipe")
  var random = run.random("recipe")
  let count = run.setting(
    60, as: "recipe.examples", label: "examples of each set", least: 3)
  let raw = ThreeSets<Scalar>.clouds(count, using: &random)
  let trainer = try Trainer<Scalar>.healthy(
    hidden: run.setting(24, as: "recipe.hidden", label: "hidden units"),
    epochs: run.setting(40, as: "recipe.epochs", label: "epochs"),
    batchSize: run.setting(16, as: "recipe.batch", label: "batch size"),
    using: &random)
  let verdicts = trainer.recipe(on: raw)
  run.show(
    Table(
      "recipe", columns: ["what the step measures", "found", "at most"],
      rows: verdicts.map {
        [
          .text($0.step.rawValue), .number($0.found, .decimals(3)),
          .number($0.limit, .decimals(3)),
        ]
      }))
  run.check(
    "a training without a fault passes every step of the recipe",
    verdicts.allSatisfy(\.isPassed) && verdicts.count == 6,
    detail: "\(verdicts.count) steps")
  return (trainer, raw)
}
//#-end-hidden-code
