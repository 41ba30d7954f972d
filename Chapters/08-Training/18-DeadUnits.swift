import BinaryClassifier
import Regression
import Workbook

/*:
 ## Death and revival

 [Chapter 3](chapter:3) counted dead units at the end of a training: ReLUs whose
 pre-activation is zero or negative for every example. When do they die, and do
 they come back? A picture shows it. Its columns are the units of three hidden
 layers, parted by grey ones, and its rows are some of the examples. A white pixel
 is a unit that is active on an example. A column that is black throughout is a
 unit that none of these examples activates.

 ![Units and examples at the start, after one step with \(dead.factor) times the
 learning rate, and at the end](figure:dead-map)

 One step that is too large is enough. It moves the weights and the bias of a unit
 to where no example activates it.

 > **Guess:** From then on all steps are small. Which of the three layers can get
 > units back?
 >
 > All but the first. SGD does not move a unit without a gradient, and the inputs
 > of the first layer never change. (Momentum or decay could still move it.) In a
 > later layer the inputs change with the layers
 > before it, and may reach the unit again.

 Over \(dead.networks) networks:

 ![Deaths and revivals by layer](table:dead-layers)

 ![Dead units of all networks, by layer](figure:dead-course)

 ## What helps

 ![Units of all layers and all networks over the whole training, and the mean
 loss at the end: with the large step, and in one row without
 it](table:dead-remedies)

 - *The usual rate* throughout kills few units.
 - *He's weights* help. From weights of $N(0, 1)$ the gradients are larger, and
   the same rate goes further.
 - *Leaky ReLUs* are no remedy against the step itself: they fall silent too.
   But silent is not dead. A silent unit of the first layer that is leaky moves
   its bias on, by up to \(dead.moved) here, and a ReLU by exactly zero. The
   derivative of a silent leaky unit is a hundredth of that of an active one, so
   it needs about a hundred times as many steps. Of the silent leaky units of
   the first layer \(dead.leaky) came back.
 */

//#-hidden-code
extension Network where Scalar: FloatingField {
  /// Returns, layer by layer, which hidden units are active on which example:
  /// `[n, units]`, with ones where a pre-activation is positive.
  func activity(on x: Matrix<Scalar>) -> [Matrix<Double>] {
    var workspace = Workspace(for: self)
    forward(from: x, on: &workspace)
    return workspace.preActivations.dropLast().map { z in
      Matrix(rows: z.rows, columns: z.columns) { z[$0, $1] > 0 ? 1 : 0 }
    }
  }

  /// Returns, layer by layer, the hidden units that no example activates.
  func silentUnits(on x: Matrix<Scalar>) -> [Set<Int>] {
    activity(on: x).map { active in
      Set((0..<active.columns).filter { active.column($0).sum == 0 })
    }
  }
}

/// How to train through a step that is too large.
private enum Remedy: String, CaseIterable {
  case none = "ReLU, He's weights"
  case usualRate = "usual rate throughout"
  case normal = "weights of N(0, 1)"
  case leaky = "leaky ReLU"
}

/// Which units fell silent and which came back, by layer.
private struct SilentCourse {
  /// The silent units after each epoch, by layer; the first entry is the start.
  var counts: [[Int]] = []
  var deaths = [0, 0, 0]
  var revivals = [0, 0, 0]
  /// How far a unit of the first layer that stayed silent moved its bias.
  var moved = 0.0
  private var last: [Set<Int>] = []

  mutating func add(_ silent: [Set<Int>]) {
    if !last.isEmpty {
      for layer in silent.indices {
        deaths[layer] += silent[layer].subtracting(last[layer]).count
        revivals[layer] += last[layer].subtracting(silent[layer]).count
      }
    }
    last = silent
    counts.append(silent.map(\.count))
  }
}

/// A training with one step that is too large.
private struct DeadlyTraining<Scalar: FloatingField> {
  let data: Dataset<Scalar>
  let width: Int
  let epochs: Int
  let rate: Scalar
  let factor: Scalar
  /// The epoch that begins with the large step.
  let at = 3

  init(on run: inout RunRecorder, using random: inout SplitMix64) {
    width = run.setting(16, as: "dead.width", label: "units of a layer")
    epochs = run.setting(
      run.repetitions(20, least: 6), as: "dead.epochs", label: "epochs")
    rate = Scalar(
      run.setting(0.1, .decimals(1), as: "dead.rate", label: "learning rate"))
    factor = Scalar(
      run.setting(
        300, as: "dead.factor", label: "factor of the one large step"))
    data = LabelledPoints.circles(200, using: &random).binary(as: Scalar.self)
  }

  /// Trains a network, and hands out each epoch's.
  func train(
    _ remedy: Remedy, using random: inout SplitMix64,
    afterEpoch: (Int, Network<Scalar>) -> Void = { _, _ in }
  ) throws -> SilentCourse {
    let φ: Architecture<Analytic>.Entry = remedy == .leaky ? .leakyReLU : .relu
    let units = Architecture<Analytic>.Entry.width(width)
    var network = try Network<Scalar>(
      Architecture([2, units, φ, units, φ, units, φ, 1, .sigmoid]),
      loss: .binaryCrossEntropy, using: &random)
    if remedy == .normal {
      for (index, layer) in network.layers.enumerated().dropLast() {
        // From He's deviation, the root of 2/in, to 1.
        network.layers[index].weights =
          Scalar.sqrt(Scalar(count: layer.weights.rows) / 2) * layer.weights
      }
    }
    var (course, workspace) = (SilentCourse(), Workspace(for: network))
    var hit = network
    course.add(network.silentUnits(on: data.x))
    afterEpoch(0, network)
    for epoch in 1...max(epochs, 1) {
      var isFirst = true
      for batch in miniBatches(of: 16, from: data.count, using: &random) {
        let some = data.examples(at: batch)
        _ = network.lossAndGradient(from: some.x, to: some.y, on: &workspace)
        let isLarge = epoch == at && isFirst && remedy != .usualRate
        network.add(
          -(isLarge ? factor * rate : rate), times: workspace.gradient)
        if epoch == at && isFirst { afterEpoch(-1, network) }
        isFirst = false
      }
      course.add(network.silentUnits(on: data.x))
      if epoch == at { hit = network }
      afterEpoch(epoch, network)
    }
    course.moved = hit.silentUnits(on: data.x)[0]
      .intersection(network.silentUnits(on: data.x)[0])
      .map { hit.layers[0].bias[$0] - network.layers[0].bias[$0] }
      .reduce(0) { max($0, abs(Double($1))) }
    return course
  }
}

/// Shows dead units in a picture, counts deaths and revivals, and tries
/// remedies.
func mapDeadUnits<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) throws {
  run.section("Death and revival")
  run.ask("In which layers can dead units come back?")
  var random = run.random("dead")
  let training = DeadlyTraining<Scalar>(on: &run, using: &random)
  let networks = run.setting(6, as: "dead.networks", label: "networks")
  var pictures: [(caption: String, pixels: [Double])] = []
  var courses: [Remedy: [SilentCourse]] = [:]
  var losses: [Remedy: [Double]] = [:]
  for remedy in Remedy.allCases {
    for number in 0..<max(networks, 1) {
      // Every remedy gets the same weights and batches.
      var random = SplitMix64(
        seed: run.options.seed, stream: "8.dead.\(number)")
      var last: Network<Scalar>?
      let course = try training.train(remedy, using: &random) {
        epoch, network in
        last = network
        guard remedy == .none && number == 0 else { return }
        let captions = [
          0: "at the start", -1: "after the large step",
          training.epochs: "at the end",
        ]
        if let caption = captions[epoch] {
          pictures.append((caption, network.picture(on: training.data)))
        }
      }
      courses[remedy, default: []].append(course)
      losses[remedy, default: []].append(
        Double(last?.meanLoss(on: training.data) ?? .nan))
    }
  }
  run.show(
    Figure(
      "dead-map",
      ImageGrid(
        height: 40, width: 3 * training.width + 2,
        images: pictures.map(\.pixels), captions: pictures.map(\.caption))))
  showSilence(on: &run, courses)
  showRemedies(on: &run, courses, losses)
}

extension Network where Scalar: FloatingField {
  /// Returns forty rows of pixels: the units of each hidden layer, with a grey
  /// column between layers.
  fileprivate func picture(on data: Dataset<Scalar>) -> [Double] {
    let layers = activity(on: data.first(40).x)
    return (0..<40).flatMap { row in
      layers.enumerated().flatMap { index, active in
        let pixels = row < active.rows ? active.row(row).elements : []
        let padded =
          pixels
          + Array(
            repeating: 0.5, count: active.columns - pixels.count)
        return (index == 0 ? [] : [0.5]) + padded
      }
    }
  }
}

/// Shows deaths and revivals of ReLUs by layer.
private func showSilence(
  on run: inout RunRecorder, _ courses: [Remedy: [SilentCourse]]
) {
  let plain = courses[.none] ?? []
  let sum = { (layer: Int, of: (SilentCourse) -> [Int]) in
    plain.reduce(0) { $0 + of($1)[layer] }
  }
  run.show(
    Table(
      "dead-layers",
      columns: [
        "layer", "dead at the start", "deaths", "revivals", "at the end",
      ],
      rows: (0..<3).map { layer in
        [
          .count(layer + 1), .count(sum(layer) { $0.counts[0] }),
          .count(sum(layer) { $0.deaths }), .count(sum(layer) { $0.revivals }),
          .count(sum(layer) { $0.counts[$0.counts.count - 1] }),
        ]
      }))
  run.show(
    Figure(
      "dead-course",
      LinePlot(
        x: .linear("epoch"), y: .linear("dead units"),
        series: (0..<3).map { layer in
          .init(
            "layer \(layer + 1)",
            (plain.first?.counts ?? []).indices.map { epoch in
              Double(sum(layer) { $0.counts[epoch] })
            }, from: 0)
        })))
  let first = sum(0) { $0.revivals }
  run.record(first, as: "dead.first", label: "revivals in the first layer")
  run.check(
    "a dead ReLU of the first layer never comes back",
    first == 0 && sum(0) { $0.deaths } > 0,
    detail: "\(sum(0) { $0.deaths }) deaths, \(first) revivals")
  run.checkWhenFull(
    "in later layers dead ReLUs come back",
    sum(1) { $0.revivals } + sum(2) { $0.revivals } > 0,
    detail: "\(sum(1) { $0.revivals }) in the second layer, "
      + "\(sum(2) { $0.revivals }) in the third")
}

/// Compares remedies by the units that are silent at the end.
private func showRemedies(
  on run: inout RunRecorder, _ courses: [Remedy: [SilentCourse]],
  _ losses: [Remedy: [Double]]
) {
  func total(
    _ remedy: Remedy, _ count: (SilentCourse) -> [Int]
  ) -> Int {
    (courses[remedy] ?? []).reduce(0) { $0 + count($1).reduce(0, +) }
  }
  let end = { (course: SilentCourse) in course.counts[course.counts.count - 1] }
  run.show(
    Table(
      "dead-remedies",
      columns: [
        "training", "fell silent", "came back", "silent at the end", "loss",
      ],
      rows: Remedy.allCases.map { remedy in
        let own = losses[remedy] ?? []
        return [
          .text(remedy.rawValue), .count(total(remedy) { $0.deaths }),
          .count(total(remedy) { $0.revivals }), .count(total(remedy, end)),
          .number(own.reduce(0, +) / Double(own.count), .decimals(3)),
        ]
      }))
  let leaky = (courses[.leaky] ?? []).reduce(0) { $0 + $1.revivals[0] }
  run.record(leaky, as: "dead.leaky", label: "leaky units that came back")
  let moved = { (remedy: Remedy) in
    (courses[remedy] ?? []).map(\.moved).reduce(0, max)
  }
  run.record(
    moved(.leaky), .significant(2), as: "dead.moved",
    label: "the farthest that a silent leaky unit moves its bias")
  run.checkWhenFull(
    "the usual rate kills fewer units than one large step",
    2 * total(.usualRate, end) < total(.none, end),
    detail: "less than half at the end")
  run.checkWhenFull(
    "the large step kills more units from weights of N(0, 1) than from He's",
    total(.normal, end) > total(.none, end), detail: "at the end")
  run.check(
    "a silent leaky ReLU goes on moving, a dead ReLU does not",
    moved(.none) == 0 && moved(.leaky) > 0,
    detail: "biases of the first layer")
}
//#-end-hidden-code
