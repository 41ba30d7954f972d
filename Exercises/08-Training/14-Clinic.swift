import Grading
import Workbook

/*:
 # 8.14 · The clinic ★★★

 *Implement.* A training that goes badly does not say why. Its loss falls a
 little too slowly, or not far enough, and there are five people who each know
 what it must be. Each of them has seen it before:

 1. The gradient of the bias is not divided by the number of examples, or
    divided twice ([kvfrans/notes#5](https://github.com/kvfrans/notes/issues/5)),
    or divided by a number that somebody wrote down.
 2. Rows are shuffled, and targets are not shuffled with them.
 3. Inputs do not come through: none of them does, or some features do not, or
    those of the first row stand for all.
 4. The bias decays as if it were a weight, or moves the wrong way, or not at
    all.
 5. What is kept for validation is learned from.

 In the file is a trainer in parts, and one that is healthy. Write a test for
 each of the five: a function that says whether a trainer is free of *this*
 fault. The grader shows each test healthy trainers of several sizes, trainers
 that have its fault, in more than one form, and trainers that have one of the
 other four. A test must accept the first, refuse the second and accept the
 third. A test that refuses whatever is ill finds no cause. So look at the part
 that the fault is in, and do not compare with the healthy trainer: another one
 may have other batches, another order, other rounding.

 `trainer.features` is how many features a trainer takes. `examples` and
 `Model.drawn` make data and a model for it. Labels are 0 and 1, `[n, 1]`.
 */

/// Logistic regression: the probability of label 1 is σ(X w + b).
struct Model: Equatable {
  var weights: Vector<Double>  // [features]
  var bias: Double

  /// Returns a model with normal numbers.
  static func drawn(for trainer: Trainer, seed: UInt64) -> Model {
    var random = SplitMix64(seed: seed, stream: "model")
    return Model(
      weights: .normal(trainer.features, using: &random), bias: random.normal())
  }
}

/// Returns examples with normal inputs, and with labels drawn by a coin.
func examples(_ n: Int, for trainer: Trainer, seed: UInt64) -> Dataset<Double> {
  var random = SplitMix64(seed: seed, stream: "examples")
  return Dataset(
    x: .normal(n, trainer.features, using: &random),
    y: Matrix(rows: n, columns: 1) { _, _ in Double(random.index(below: 2)) })
}

/// A training, in parts. `train` uses the others.
struct Trainer {
  let features: Int
  /// Returns the probability of label 1 for each row, `[n]`.
  let probabilities: (_ model: Model, _ x: Matrix<Double>) -> Vector<Double>
  /// Returns the gradient of the mean cross-entropy: that of the bias is the
  /// mean of probability − label.
  let gradient: (_ model: Model, _ data: Dataset<Double>) -> Model
  /// Takes a step of SGD, with a learning rate and then a weight decay. Only
  /// the weights decay.
  let step: (inout Model, _ gradient: Model, Double, Double) -> Void
  /// Returns the examples in a new order.
  let shuffled: (Dataset<Double>, inout SplitMix64) -> Dataset<Double>
  /// Trains for some epochs, and returns the model after each, with its
  /// accuracy on the validation set.
  let train:
    (_ training: Dataset<Double>, _ validation: Dataset<Double>, _ epochs: Int)
      -> [(model: Model, accuracy: Double)]

  /// A trainer that has none of the faults.
  static func healthy(features: Int) -> Trainer {
    func probabilities(_ model: Model, _ x: Matrix<Double>) -> Vector<Double> {
      (x • Matrix(column: model.weights)).column(0)
        .map { 1 / (1 + Double.exp(-$0 - model.bias)) }
    }
    func gradient(_ model: Model, _ data: Dataset<Double>) -> Model {
      let residual = probabilities(model, data.x) - data.y.column(0)  // [n]
      let sum = (data.x.transposed • Matrix(column: residual)).column(0)
      let n = Double(data.count)
      return Model(weights: sum / n, bias: residual.sum / n)
    }
    func step(
      _ model: inout Model, _ g: Model, _ rate: Double, _ decay: Double
    ) {
      model.weights.add(-rate, times: g.weights + decay * model.weights)
      model.bias -= rate * g.bias
    }
    func shuffled(
      _ data: Dataset<Double>, _ random: inout SplitMix64
    ) -> Dataset<Double> {
      data.examples(at: random.shuffled(0..<data.count)[...])
    }
    func train(
      _ training: Dataset<Double>, _ validation: Dataset<Double>, _ epochs: Int
    ) -> [(model: Model, accuracy: Double)] {
      var random = SplitMix64(seed: 1, stream: "batches")
      var model = Model(
        weights: Vector(repeating: 0, count: features), bias: 0)
      return (0..<epochs).map { _ in
        let data = shuffled(training, &random)
        for start in stride(from: 0, to: data.count, by: 4) {
          let rows = Array(start..<min(start + 4, data.count))
          let batch = data.examples(at: rows[...])
          step(&model, gradient(model, batch), 0.5, 0.01)
        }
        let p = probabilities(model, validation.x)
        let right = (0..<p.count).count {
          (p[$0] > 0.5) == (validation.y[$0, 0] == 1)
        }
        return (model, Double(right) / Double(p.count))
      }
    }
    return Trainer(
      features: features, probabilities: probabilities, gradient: gradient,
      step: step, shuffled: shuffled, train: train)
  }
}

/// Whether the gradient of the bias is the mean over the examples.
func biasGradientIsMean(_ trainer: Trainer) -> Bool {
  notAttempted()
}

/// Whether each row of inputs keeps its target.
func rowsKeepTargets(_ trainer: Trainer) -> Bool {
  notAttempted()
}

/// Whether each input has a say in its row's probability.
func inputsComeThrough(_ trainer: Trainer) -> Bool {
  notAttempted()
}

/// Whether a step moves the bias against its gradient, and by nothing else.
func biasStepIsRight(_ trainer: Trainer) -> Bool {
  notAttempted()
}

/// Whether training never looks at the validation set.
func validationStaysOut(_ trainer: Trainer) -> Bool {
  notAttempted()
}
