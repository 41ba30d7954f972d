import BinaryClassifier
import Digits
import Foundation
import Multiclass
import Regression
import Testing
import Training
import Workbook

/// Files of this workbook, which others read, and files of others. `scripts/make-saved-fixtures` makes
/// the latter, and shows that the former are read by PyTorch, NumPy and the package safetensors.
@Suite struct SavedFileTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Fixtures/saved")
  static let widths = [5, 4, 3, 2]

  private func path(_ name: String) -> String {
    Self.folder.appending(path: name).path(percentEncoded: false)
  }

  /// The weights of a layer, `[in, out]`, by the formula of the script.
  private func weights(_ layer: Int) -> Matrix<Float> {
    Matrix(rows: Self.widths[layer], columns: Self.widths[layer + 1]) { i, j in
      Float((7 * i + 3 * j + layer) % 11 - 5) / 8
    }
  }

  private func bias(_ layer: Int) -> Vector<Float> {
    Vector(count: Self.widths[layer + 1]) { Float((5 * $0 + layer) % 7 - 3) / 8 }
  }

  private var network: Network<Float> {
    Network(
      layers: (0..<3).map {
        Layer(weights: weights($0), bias: bias($0), activation: $0 < 2 ? .relu : .softmax)
      }, loss: .crossEntropy)
  }

  private var inputs: Matrix<Float> {
    Matrix(rows: 7, columns: 5) { i, j in Float((3 * i + 2 * j) % 9 - 4) / 4 }
  }

  /// Numbers (k − 5) / 8, which each type of floating-point number holds.
  private func numbers(_ count: Int) -> [Double] { (0..<count).map { Double($0 - 5) / 8 } }

  private var checkpoint: Checkpoint<Float> {
    var optimiser = Optimiser<Float>.adam(learningRate: 0.001)
    optimiser.resume(
      after: 3,
      network.tensors.map { tensor in
        [
          tensor.elements.indices.map { Float($0 % 5 - 2) / 16 },
          tensor.elements.indices.map { Float($0 % 3) / 32 },
        ]
      })
    return Checkpoint(network, optimiser, epochs: 2, random: SplitMix64(seed: 17))
  }

  @Test func `what we write is what other libraries have read`() throws {
    let arrays = NpyArray(weights(0).elements, shape: [5, 4])
    func write(into folder: String) throws {
      try checkpoint.write(to: "\(folder)/ours.safetensors")
      try network.arrays.write(to: "\(folder)/ours.npz")
      try arrays.write(to: "\(folder)/ours.npy")
    }
    if let folder = ProcessInfo.processInfo.environment["WORKBOOK_SAVED_FIXTURES"] {
      try write(into: folder)
    }
    let fresh = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: fresh, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: fresh) }
    try write(into: fresh.path(percentEncoded: false))
    for name in ["ours.safetensors", "ours.npz", "ours.npy"] {
      let committed = try Data(contentsOf: Self.folder.appending(path: name))
      let written = try Data(contentsOf: fresh.appending(path: name))
      #expect(committed == written, "\(name): scripts/make-saved-fixtures says what to do")
    }
    let read = try Checkpoint<Float>.read(from: path("ours.safetensors"), like: network)
    #expect(read.network.hasSameParameters(as: network))
    #expect(read.optimiser?.memory == checkpoint.optimiser?.memory)
    #expect(read.optimiser?.steps == 3 && read.epochs == 2 && read.random?.state == 17)
  }

  @Test func `the network of a file of PyTorch, transposed, is ours`() throws {
    let file = try Safetensors(contentsOf: path("torch-network.safetensors"))
    #expect(file.metadata == ["format": "pt"])
    #expect(file.entries.count == 6)
    for layer in 0..<3 {
      let (fanIn, fanOut) = (Self.widths[layer], Self.widths[layer + 1])
      let theirs = Matrix<Float>(
        rows: fanOut, columns: fanIn,
        elements: try file.numbers("\(2 * layer).weight", shape: [fanOut, fanIn]))
      #expect(Matrix(theirs.transposed) == weights(layer))
      #expect(
        try file.numbers("\(2 * layer).bias", shape: [fanOut], as: Float.self)
          == bias(layer).elements)
    }
    // Numbers of another order would be other numbers: no layer is square or symmetric.
    #expect(throws: InputError.self) {
      try file.numbers("0.weight", shape: [5, 4], as: Float.self)
    }
  }

  @Test func `every type of number of PyTorch is read`() throws {
    let file = try Safetensors(contentsOf: path("torch-types.safetensors"))
    for name in ["F64", "F32", "F16", "BF16"] {
      #expect(file[name]?.elementType.rawValue == name)
      #expect(try file.numbers(name, shape: [2, 3, 4], as: Double.self) == numbers(24))
      #expect(
        try file.numbers(name, shape: [2, 3, 4], as: Float.self) == numbers(24).map { Float($0) })
    }
    for name in ["int64", "int32", "int16", "int8"] {
      #expect(file[name]?.integers() == [-3, -2, -1, 0, 1, 2])
    }
    #expect(file["uint8"]?.integers() == [0, 1, 2, 3, 4, 5])
    #expect(file["bool"]?.integers() == [1, 0, 1])
    #expect(try file.numbers("scalar", shape: [], as: Float.self) == [0.125])
    #expect(try file.numbers("none", shape: [0, 3], as: Float.self) == [])
    #expect(file.entries.count == 12)
  }

  @Test func `a file of NumPy is read`() throws {
    let file = try Safetensors(contentsOf: path("numpy.safetensors"))
    #expect(try file.numbers("w", shape: [2, 3], as: Double.self) == numbers(6))
    #expect(file["n"]?.integers() == [0, 1, 2])
  }

  @Test(arguments: ["stored", "packed"])
  func `archives of NumPy are read, packed or not`(kind: String) throws {
    let archive = try NpzArchive(contentsOf: path("\(kind).npz"))
    #expect(archive.names == ["w", "t", "ünï"] + (kind == "packed" ? ["zeros"] : []))
    #expect(try archive.array("w").doubles(shape: [2, 3]) == numbers(6))
    // A transposed array is written as it lies in memory: in Fortran order.
    let transposed = [0, 3, 1, 4, 2, 5].map { numbers(6)[$0] }
    #expect(try archive.array("t").doubles(shape: [3, 2]) == transposed)
    #expect(try archive.array("ünï").integers(shape: [2]) == [1, 0])
    if kind == "packed" {
      #expect(try archive.array("zeros").doubles(shape: [40, 50]).allSatisfy { $0 == 0 })
    }
  }

  @Test func `arrays of NumPy are read in Fortran order, and as truth values`() throws {
    #expect(
      try NpyArray(contentsOf: path("fortran.npy")).doubles(shape: [2, 3, 4]) == numbers(24))
    #expect(try NpyArray(contentsOf: path("bool.npy")).integers(shape: [2, 2]) == [1, 0, 0, 0])
  }

  // MARK: - Arrays by name

  @Test func `every type of NumPy is read, in both orders of its bytes and of its axes`() throws {
    let arrays = try NamedArrays(contentsOf: path("types.npz"))
    #expect(arrays.names.count == 44 && arrays.description == #"{"ä": 1}"#)
    for name in arrays.names {
      let array = try #require(arrays[name])
      let values: [Double] =
        switch name.dropFirst().first {
        case "f": numbers(6)
        case "i": [-3, -2, -1, 0, 1, 2]
        default: [0, 1, 2, 3, 4, 5]
        }
      let isTransposed = name.hasSuffix(".T")
      let order = isTransposed ? [0, 3, 1, 4, 2, 5] : Array(values.indices)
      #expect(array.shape == (isTransposed ? [3, 2] : [2, 3]), "\(name)")
      #expect(array.elements == order.map { values[$0] }, "\(name)")
      let size = (name.dropFirst(2).first?.wholeNumberValue ?? 0) * 8
      #expect(array.format.name == (values == numbers(6) ? "float\(size)" : "integer"), "\(name)")
    }
  }

  @Test func `a text of NumPy describes its archive`() throws {
    let arrays = try NamedArrays(contentsOf: path("text.npz"))
    #expect(arrays.names == ["w"] && arrays["w"]?.elements == numbers(6))
    #expect(arrays.description == #"{"ä": 1}"#)
  }

  @Test func `tensors of PyTorch keep what they were saved as`() throws {
    let arrays = try NamedArrays(contentsOf: path("torch-types.safetensors"))
    let formats = ["F64": 53, "F32": 24, "F16": 11, "BF16": 8]
    for (name, bits) in formats {
      #expect(arrays[name]?.format.significandBits == bits)
      #expect(arrays[name]?.elements == numbers(24) && arrays[name]?.shape == [2, 3, 4])
    }
    #expect(arrays["int16"]?.format == .integer && arrays["bool"]?.elements == [1, 0, 1])
    #expect(arrays.names.count == 12 && arrays.description == nil)
  }

  @Test func `a file of PyTorch's own is refused, and what to write is told`() throws {
    let error = #expect(throws: InputError.self) { try NamedArrays(contentsOf: path("torch.pt")) }
    let words = "it is a file of torch.save; write one with save_torch of python/certify.py"
    #expect(error?.problem.hasPrefix(words) == true)
  }
}
