import BinaryClassifier
import ConvNet
import Regression
import Workbook

/*:
 ## What it costs

 A central difference costs two forward passes for every weight. A walk backwards
 costs a few forward passes for all weights together, however many there are: each
 operation gives back one line or two, of about its own size. That is the reason
 why networks can be trained at all.

 How many is a few? Let the forward lines and the walk run on numbers that have
 their operations counted, every + − × ÷, comparison and function.

 ![Operations forwards and backwards](table:cost)

 A product gives back two products, hence a factor near two; less where nobody
 wants the slope in the examples. At most it is \(cost.ratio) here, and at most
 about four for any formula
 ([Baur and Strassen 1983](cite:baur-strassen-1983)).
 */

/// Counts the operations of every network, forwards and backwards.
func countOperations(on page: inout Page) throws(SlideError) {
  page.section("What a walk backwards costs")
  page.ask("How many forward passes is a walk backwards worth?")
  var table = Table(
    "cost", columns: ["network", "forwards", "backwards", "ratio"])
  let ratios = try twins().map { twin in
    let w = twin.place.map { $0.map { Counted($0) } }
    let forwards = Counted.counting { twin.loss(at: w) }.operations
    let both = Counted.counting { twin.gradient(at: w) }.operations
    let ratio = Double(both - forwards) / Double(forwards)
    table.add([
      .text(twin.name), .count(forwards), .count(both - forwards),
      .number(ratio, .decimals(2)),
    ])
    return ratio
  }
  let worst = ratios.max() ?? .nan
  page.record(
    worst, .decimals(2), as: "cost.ratio",
    label: "backwards by forwards, at most")
  page.show(table)
  page.check(
    "a walk backwards costs at most four times the forward lines", worst <= 4,
    detail: "\(NumberFormat.decimals(2).text(of: worst)) times, at most")
}

/*:
 A graph also costs time that does no arithmetic: nodes are made and let go at
 every step. How much, depends on the machine and on its mood, so it stands in the
 run and not in this text. Each line compares a step by the graph with the step
 that the network's own chapter takes, on the same numbers, with as many threads.
 Small networks feel it. Where matrices are large, nobody does.
 */

/// Measures steps by the graph and by hand, and says how they compare.
func timeSteps<Scalar: FloatingField>(
  on page: inout Page, in scalar: Scalar.Type
) throws {
  page.section("How long a step takes")
  for race in [
    try Race<Scalar>.regression(), try .bullseye(), try .images(),
  ] {
    let (byHand, byGraph) = race.seconds()
    let format = NumberFormat.scientific(2)
    page.say(
      "\(race.name): \(format.text(of: byHand)) s by hand, "
        + "\(format.text(of: byGraph)) s by the graph, "
        + "\(NumberFormat.decimals(2).text(of: byGraph / byHand)) times as long."
    )
  }
}

//#-hidden-code
/// Two ways to take the same step.
struct Race<Scalar: FloatingField> {
  let name: String
  let steps: Int
  let byHand: () -> Void
  let byGraph: () -> Void

  /// Returns the seconds that a step takes each way: of several rounds in turn,
  /// the shortest.
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

  /// A step by the graph, as PyTorch writes it.
  static func step(
    of model: Sequential<Scalar>, _ loss: Loss<Scalar>,
    on data: Dataset<Scalar>
  ) -> () -> Void {
    let optimizer = SGD(model.parameters, rate: 1 / 1_000)
    return {
      let loss = loss(model(data.x), data.y)
      optimizer.zeroGrad()
      loss.backward()
      optimizer.step()
    }
  }

  static var settings: DescentSettings<Scalar> {
    DescentSettings(rate: 1 / 1_000, batchSize: 32, epochs: 1)
  }

  /// The regression of chapter 2, on a batch.
  static func regression() throws -> Race {
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
    return Race(
      name: "1-64-1", steps: 200,
      byHand: { _ = network.step(on: data, through: .relu, settings) },
      byGraph: step(of: model, .halfSquaredError, on: data))
  }

  /// The bullseye of chapter 4, on a batch.
  static func bullseye() throws -> Race {
    var random = SplitMix64(seed: 1)
    let data = Dataset<Scalar>(
      x: .normal(32, 2, using: &random),
      y: Matrix(rows: 32, columns: 2) { $0 % 2 == $1 ? 1 : 0 })
    var network = try Network<Scalar>(
      [2, 64, .relu, 2, .softmax], loss: .crossEntropy, using: &random)
    var sheet = Worksheet(for: network)
    let model = Sequential<Scalar> {
      Linear(2, 64, using: &random)
      ReLU()
      Linear(64, 2, using: &random)
    }
    return Race(
      name: "2-64-2", steps: 200,
      byHand: {
        _ = network.lossAndGradient(from: data.x, to: data.y, on: &sheet)
        network.step(against: sheet.gradient, settings)
      },
      byGraph: step(of: model, .crossEntropy, on: data))
  }

  /// A small network of windows, on a batch of coloured images.
  static func images() throws -> Race {
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
        layer.path, weights: layer.layer.weights, bias: layer.layer.bias)
      ReLU()
      MaxPool2d(pooling)
      Linear(pooling.places * 8, 64, using: &random)
      ReLU()
      Linear(64, 1, using: &random)
    }
    var sheets = network.sheets(forBatchesOf: 32)
    let positions = Array(0..<32)
    return Race(
      name: "64 × 64 × 3, windows", steps: 4,
      byHand: {
        _ = network.lossAndGradient(of: 32, on: &sheets) { range, batch in
          data.write(positions[range], over: &batch)
        }
        network.step(against: sheets[0], settings)
      },
      byGraph: step(of: model, .binaryCrossEntropy, on: data))
  }
}
//#-end-hidden-code
