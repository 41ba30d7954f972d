import BinaryClassifier
import ConvNet
import Multiclass
import Regression
import Workbook

/*:
 ## What is only for speed

 A linear layer has an operation of its own, `linear`: one node and one matrix
 in the place of two. Its code is in `8-Operations.swift`, and the cross-checks
 hold it equal to the layer by hand, bit by bit. A `GradientAccumulator` adds a
 product where it is computed, which saves a matrix.

 A graph also costs time that does no arithmetic: every step creates and
 releases nodes. The time depends on the machine, so the run prints it, and this
 text does not. A graph makes small networks slower. With large matrices the
 difference disappears.
 */

/// Times steps by the graph and by hand, and prints how they compare.
func timeSteps<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) throws {
  run.section("How long a step takes")
  for comparison in [
    try TimingComparison<Scalar>.regression(), try .bullseye(), try .images(),
  ] {
    let (byHand, byGraph) = comparison.seconds()
    let format = NumberFormat.scientific(2)
    run.log(
      "\(comparison.name): \(format.text(of: byHand)) s by hand, "
        + "\(format.text(of: byGraph)) s by the graph, "
        + "\(NumberFormat.decimals(2).text(of: byGraph / byHand)) times as long."
    )
  }
}

//#-hidden-code
/// A step by hand and the same step by the graph.
struct TimingComparison<Scalar: FloatingField> {
  let name: String
  let steps: Int
  let byHand: () -> Void
  let byGraph: () -> Void

  /// Returns the seconds of a step each way, the shortest of several rounds.
  func seconds() -> (byHand: Double, byGraph: Double) {
    let clock = ContinuousClock()
    func time(_ step: () -> Void) -> Double {
      let duration = clock.measure { for _ in 0..<steps { step() } }
      return duration / .seconds(1) / Double(steps)
    }
    let rounds = (0..<8).map { _ in (time(byHand), time(byGraph)) }
    return (
      rounds.map(\.0).min() ?? .nan, rounds.map(\.1).min() ?? .nan
    )
  }

  /// Returns a step by the graph.
  static func step(
    of model: Sequential<Scalar>, _ loss: Loss<Scalar>,
    on data: Dataset<Scalar>
  ) -> () -> Void {
    let optimizer = SGD(model.parameters, learningRate: 1 / 1_000)
    return {
      let loss = loss(model(data.x), data.y)
      optimizer.zeroGrad()
      loss.backward()
      optimizer.step()
    }
  }

  static var optimiser: Optimiser<Scalar> { .sgd(learningRate: 1 / 1_000) }

  /// The regression of chapter 2, on a batch.
  static func regression() throws -> TimingComparison {
    var random = SplitMix64(seed: 1)
    let data = Dataset<Scalar>(
      x: .normal(32, 1, using: &random), y: .normal(32, 1, using: &random))
    var network = TwoLayerNetwork<Scalar>(
      features: 1, hidden: 64, outputs: 1, using: &random)
    let model = Sequential<Scalar> {
      Linear(1, 64, using: &random)
      ReLU()
      Linear(64, 1, using: &random)
    }
    var optimiser = optimiser
    return TimingComparison(
      name: "1-64-1", steps: 200,
      byHand: {
        let gradient = network.lossAndGradient(
          from: data.x, to: data.y, through: .relu
        ).gradient
        optimiser.step(&network, against: gradient)
      },
      byGraph: step(of: model, .halfSquaredError, on: data))
  }

  /// The bullseye of chapter 4, on a batch.
  static func bullseye() throws -> TimingComparison {
    var random = SplitMix64(seed: 1)
    let data = Dataset<Scalar>(
      x: .normal(32, 2, using: &random),
      y: Matrix(rows: 32, columns: 2) { $0 % 2 == $1 ? 1 : 0 })
    var network = try Network<Scalar>(
      [2, 64, .relu, 2, .softmax], loss: .crossEntropy, using: &random)
    var workspace = Workspace(for: network)
    var optimiser = optimiser
    let model = Sequential<Scalar> {
      Linear(2, 64, using: &random)
      ReLU()
      Linear(64, 2, using: &random)
    }
    return TimingComparison(
      name: "2-64-2", steps: 200,
      byHand: {
        _ = network.lossAndGradient(from: data.x, to: data.y, on: &workspace)
        optimiser.step(&network, against: workspace.gradient)
      },
      byGraph: step(of: model, .crossEntropy, on: data))
  }

  /// A small convolutional network, on a batch of coloured images.
  static func images() throws -> TimingComparison {
    var random = SplitMix64(seed: 1)
    let image = ImageShape(64, 64, 3)
    let data = Dataset<Scalar>(
      x: .uniform(32, image.size, using: &random),
      y: Matrix(rows: 32, columns: 1) { row, _ in Scalar(row % 2) })
    var network = try ConvNet<Scalar>(
      image, [.init(8, Window(3), pooling: Window(2, stride: 2))],
      head: [64, .relu, 1, .sigmoid], loss: .binaryCrossEntropy, using: &random)
    let layer = network.layers[0]
    guard let pooling = layer.pooling else { preconditionFailure("no pooling") }
    let model = Sequential<Scalar> {
      Conv2d(
        layer.geometry, weights: layer.layer.weights, bias: layer.layer.bias)
      ReLU()
      MaxPool2d(pooling)
      Linear(pooling.outputPositions * 8, 64, using: &random)
      ReLU()
      Linear(64, 1, using: &random)
    }
    var workspaces = network.workspaces(forBatchesOf: 32)
    var optimiser = optimiser
    let positions = Array(0..<32)
    return TimingComparison(
      name: "64 × 64 × 3, convolutional", steps: 4,
      byHand: {
        _ = network.lossAndGradient(of: 32, on: &workspaces) { range, batch in
          data.write(positions[range], into: &batch)
        }
        network.step(against: workspaces[0], &optimiser)
      },
      byGraph: step(of: model, .binaryCrossEntropy, on: data))
  }
}
//#-end-hidden-code
