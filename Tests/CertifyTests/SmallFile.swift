import Foundation
import Testing
import Workbook

@testable import Certify

/// A gradient file of two linear layers with ReLU between, which a test can change before it is read.
struct SmallFile {
  var arrays: [(name: String, shape: [Int], numbers: [Double])] = []
  var description: [String: Any] = [
    "layers": ["linear", "relu", "linear"], "loss": "cross-entropy", "layout": "in,out",
  ]
  var isSingle = true

  /// Makes a right file.
  ///
  /// - Parameters:
  ///   - sizes: Examples, inputs, hidden units, classes.
  ///   - examples: What the description says of where they stand.
  init(sizes: (Int, Int, Int, Int) = (7, 4, 6, 3), examples: String? = nil) throws {
    description["examples"] = examples
    var random = SplitMix64(seed: 1, stream: "small file")
    let (rows, inputs, hidden, classes) = sizes
    func draw(_ count: Int) -> [Double] { (0..<count).map { _ in Double(Float(random.normal())) } }
    add("x", [rows, inputs], draw(rows * inputs))
    add("y", [rows], (0..<rows).map { Double($0 % classes) })
    add("0.weight", [inputs, hidden], draw(inputs * hidden))
    add("0.bias", [hidden], draw(hidden))
    add("2.weight", [hidden, classes], draw(hidden * classes))
    add("2.bias", [classes], draw(classes))
    add("loss", [], [0])
    try fill()
  }

  private mutating func add(_ name: String, _ shape: [Int], _ numbers: [Double]) {
    arrays.append((name, shape, numbers))
  }

  subscript(_ name: String) -> [Double] {
    get { arrays.first { $0.name == name }?.numbers ?? [] }
    set {
      for index in arrays.indices where arrays[index].name == name {
        arrays[index].numbers = newValue
      }
    }
  }

  /// Replaces the loss and the gradients by the right ones, in `Float`.
  mutating func fill() throws {
    arrays.removeAll { $0.name.hasSuffix(".grad") }
    let forward = ForwardPass<Double>(try read().network, .floating)
    self["loss"] = [Double(Float(forward.loss))]
    for parameter in forward.network.parameters {
      add(parameter.name + ".grad", parameter.shape, parameter.values)
    }
    take(gradientsOf: BackwardPass(forward))
  }

  /// Replaces the gradients by those of a pass.
  mutating func take(gradientsOf pass: BackwardPass<Double>) {
    for (parameter, gradient) in zip(pass.forward.network.parameters, pass.gradients) {
      var numbers = parameter.values
      for (place, number) in zip(parameter.order, gradient.elements) {
        numbers[place] = Double(Float(number))
      }
      self[parameter.name + ".grad"] = numbers
    }
  }

  /// Writes the file, reads it again, and removes it.
  func read() throws -> GradientFile {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "small.npz").path(percentEncoded: false)
    try archive().write(to: path)
    return try GradientFile(contentsOf: path)
  }

  func archive() throws -> NpzArchive {
    let json = try JSONSerialization.data(withJSONObject: description)
    let text = NpyArray(Array(json), shape: [json.count])
    return NpzArchive(
      arrays.map { name, shape, numbers in
        let isNarrow = isSingle && name != "loss"
        return (
          name,
          isNarrow
            ? NpyArray(numbers.map { Float($0) }, shape: shape) : NpyArray(numbers, shape: shape)
        )
      } + [("description", text)])
  }

  func report() throws -> GradientReport { GradientReport(try read()) }

  /// Returns the sentence with which the file is refused.
  func refusal() -> String? {
    do {
      _ = try read()
      return nil
    } catch {
      return (error as? InputError)?.problem
    }
  }
}
