import Workbook

/// A file with a network, a batch, a loss, and the gradients that a program claims.
public struct GradientFile: Sendable {
  /// What the file describes.
  public let network: DescribedNetwork

  /// Reads a `.npz` or `.safetensors` file, or a folder of `.npy`.
  ///
  /// - Throws: `InputError` where it is missing or damaged, where its description and its arrays do not
  ///   agree, or where several arrangements agree with both: then it says what to add to the description.
  public init(contentsOf path: String) throws(InputError) {
    let arrays = try NamedArrays(contentsOf: path)
    guard let text = arrays.description else {
      throw InputError(
        .damaged, path,
        "it has no description of the network; save it with python/certify.py, or see certify --explain"
      )
    }
    try self.init(arrays, Description(text, path: path))
  }

  init(_ arrays: NamedArrays, _ description: Description) throws(InputError) {
    let path = arrays.path
    try arrays.requireFinite()
    var networks: [(Arrangement, DescribedNetwork)] = []
    // The arrangement that fits furthest is probably the one that is meant.
    var (problem, furthest) = ("", -1)
    for arrangement in description.arrangement.arrangements {
      var builder = NetworkBuilder(arrays, description, arrangement)
      do throws(Misfit) {
        let network = try builder.network()
        // Arrangements that make no difference to the numbers are one.
        if !networks.contains(where: { $0.1.isSame(as: network) }) {
          networks.append((arrangement, network))
        }
      } catch {
        if builder.progress > furthest { (problem, furthest) = (error.problem, builder.progress) }
      }
    }
    guard let first = networks.first else {
      throw InputError(.damaged, path, problem)
    }
    guard networks.count == 1 else {
      let differences = Arrangement.differences(networks.map(\.0))
      let choices = differences.map { key, values in
        "\(key.quoted) (\(values.map(\.quoted).list))"
      }
      throw InputError(
        .damaged, path,
        "its shapes fit several arrangements; add to the description \(choices.joined(separator: " and "))"
      )
    }
    network = first.1
    try network.requireTargets(path)
    try network.requireTime(path)
    try network.requireFiniteLoss(path)
  }
}

/// Why arrays do not fit a description in one arrangement.
struct Misfit: Error {
  let problem: String
  init(_ problem: String) { self.problem = problem }
}

extension DescribedNetwork {
  /// Whether two networks have the same numbers at the same places.
  fileprivate func isSame(as other: DescribedNetwork) -> Bool {
    inputs == other.inputs && targets == other.targets
      && parameters.map(\.order) == other.parameters.map(\.order)
      && layers.map(\.input) == other.layers.map(\.input)
      && layers.map(\.flattenOrder) == other.layers.map(\.flattenOrder)
      && inputClaim?.order == other.inputClaim?.order
  }

  /// How many products of a forward pass end within 30 seconds on two cores, with all that follows.
  private static let workLimit = 12_000_000.0

  /// Refuses a batch that would take too long.
  fileprivate func requireTime(_ path: String) throws(InputError) {
    guard work > Self.workLimit else { return }
    let fitting = Int(Self.workLimit * Double(examples) / work)
    let count = NumberFormat.count
    throw InputError(
      .damaged, path,
      "a batch of \(examples) takes \(count.text(of: work)) products, and at most "
        + "\(count.text(of: Self.workLimit)) end within 30 seconds; "
        + (fitting > 0 ? "save a batch of at most \(fitting)" : "save a smaller network"))
  }

  /// Refuses a network whose numbers overflow: there is no truth to compare with.
  fileprivate func requireFiniteLoss(_ path: String) throws(InputError) {
    let forward = ForwardPass<Double>(self, .floating)
    for (layer, output) in zip(layers, forward.activations.dropFirst())
    where !output.elements.allSatisfy(\.isFinite) {
      throw InputError(
        .damaged, path,
        "its forward pass overflows: the output of \(layer.words) is not finite, even in float64")
    }
    guard !forward.loss.isFinite else { return }
    if loss.value(forward.outputs, forward.targets, forward.arithmetic).isFinite {
      throw InputError(.damaged, path, "its L2 penalty overflows, even in float64")
    }
    throw InputError(
      .damaged, path,
      "its loss is not finite, even in float64: \(loss.kind.rawValue) of these outputs is a logarithm of 0 "
        + "or of less. A loss of logits has none: bce-with-logits, or cross-entropy without a softmax"
    )
  }

  /// Refuses targets that are no probabilities where the loss needs them.
  fileprivate func requireTargets(_ path: String) throws(InputError) {
    guard [.binaryCrossEntropy, .binaryCrossEntropyOfLogits].contains(loss.kind) else { return }
    if let bad = targets.elements.first(where: { !(0...1 ~= $0) }) {
      throw InputError(
        .damaged, path, "\"y\" holds \(bad); the targets of \(loss.kind.rawValue) are from 0 to 1")
    }
  }
}

extension NamedArrays {
  /// Refuses a batch or parameters with numbers that are not finite. Claims may have them.
  fileprivate func requireFinite() throws(InputError) {
    for name in names where name != "loss" && !name.hasSuffix(".grad") {
      if let bad = self[name]?.elements.first(where: { !$0.isFinite }) {
        throw InputError(
          .damaged, path,
          "\(name.quoted) holds \(bad); a gradient can be judged where the batch and the parameters are "
            + "finite")
      }
    }
  }
}

extension Layer {
  fileprivate var flattenOrder: [Int]? {
    if case .flatten(let order) = kind { order } else { nil }
  }
}
