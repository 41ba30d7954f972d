import Foundation
import Regression
import Testing
import Workbook

/// The files of the folder `Fixtures`: networks, and what other libraries say to them.
enum Fixture {
  /// Returns the script that makes a file.
  static func maker(of name: String) -> String {
    name.hasPrefix("peers-") ? "scripts/make-peer-fixtures" : "scripts/make-parity-fixtures"
  }

  /// Returns the cases of a file.
  ///
  /// - Throws: `InputError` where the file is missing or damaged, or has another number of cases:
  ///   a test of no cases would pass.
  static func cases<Case: Decodable>(
    of type: Case.Type = Case.self, in name: String, count: Int
  ) throws(InputError) -> [Case] {
    let path = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Fixtures/\(name).json").path(percentEncoded: false)
    guard let file = FileManager.default.contents(atPath: path) else {
      throw InputError(.missing, path, "it cannot be read; \(maker(of: name)) makes it")
    }
    return try cases(of: type, in: file, path: path, count: count)
  }

  /// Decodes the cases of a file.
  ///
  /// - Throws: `InputError`, as ``cases(of:in:count:)`` does.
  static func cases<Case: Decodable>(
    of type: Case.Type = Case.self, in file: Data, path: String, count: Int
  ) throws(InputError) -> [Case] {
    do {
      let cases = try JSONDecoder().decode([Case].self, from: file)
      guard cases.count == count else {
        throw InputError(.damaged, path, "it has \(cases.count) cases, wanted: \(count)")
      }
      return cases
    } catch let error as InputError {
      throw error
    } catch {
      let name = URL(filePath: path).lastPathComponent
      throw InputError(.damaged, path, "\(maker(of: name)) makes it anew: \(error)")
    }
  }
}

/// Numbers of any shape, the last axis fastest.
struct Block: Decodable, Equatable, Sendable {
  let shape: [Int]
  let values: [Double]

  enum CodingKeys: CodingKey { case shape, values }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    shape = try container.decode([Int].self, forKey: .shape)
    values = try container.decode([Double].self, forKey: .values)
    guard !values.isEmpty, values.count == shape.reduce(1, *) else {
      throw DecodingError.dataCorruptedError(
        forKey: .values, in: container,
        debugDescription: "\(values.count) numbers do not fill the shape \(shape)")
    }
  }

  /// The numbers as a matrix.
  ///
  /// - Throws: `Misfit` unless there are two axes.
  var matrix: Matrix<Double> {
    get throws {
      guard shape.count == 2 else { throw Misfit("\(shape) is no matrix") }
      return Matrix(rows: shape[0], columns: shape[1], elements: values)
    }
  }
}

/// Why a case is none of the chapters' networks.
struct Misfit: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

extension Parameterised<Double> {
  /// Returns the model with other numbers in its tensors.
  ///
  /// - Throws: `Misfit` where the shapes differ.
  func with(_ parameters: [Block]) throws -> Self {
    var tensors = tensors
    guard tensors.map(\.shape) == parameters.map(\.shape) else {
      throw Misfit("tensors \(tensors.map(\.shape)), in the fixture \(parameters.map(\.shape))")
    }
    for (index, block) in parameters.enumerated() { tensors[index].elements = block.values }
    var model = self
    model.tensors = tensors
    return model
  }
}

/// A network, and examples for it.
struct Subject: NamedSubject {
  let name: String
  /// The activations of the hidden layers.
  let curves: [String]
  let loss: String
  let x: Block
  let y: Block
  /// The weights and the bias of each layer.
  let parameters: [Block]

  /// The number of features, and the width of each layer.
  var widths: [Int] {
    x.shape.suffix(1) + parameters.filter { $0.shape.count == 1 }.map(\.shape[0])
  }
}

/// What a library says to a network: the loss, its gradient, and the predictions.
struct LibraryGradient: Decodable, Sendable {
  let loss: Double
  let gradient: [Block]
  let prediction: Block
}

/// A network of some kind, and examples for it.
protocol NamedSubject: Decodable, Sendable {
  /// What a failing test calls it.
  var name: String { get }
  /// The name of its loss.
  var loss: String { get }
  var x: Block { get }
  var y: Block { get }
}

extension NamedSubject {
  /// The examples.
  var data: Dataset<Double> {
    get throws { Dataset(x: try x.matrix, y: try y.matrix) }
  }
}

/// A network, examples, and what the libraries say.
struct GradientCase<Subject: NamedSubject>: Decodable, Sendable, CustomTestStringConvertible {
  let subject: Subject
  let numpy: LibraryGradient
  let torch: LibraryGradient
  /// What Keras says, where it was asked.
  var keras: LibraryGradient?

  /// What each library says, by the name that a failure gives it.
  var answers: [(whose: String, says: LibraryGradient)] {
    [("NumPy's", numpy), ("PyTorch's", torch)] + (keras.map { [("Keras'", $0)] } ?? [])
  }

  var testDescription: String { subject.name }
}

/// Where a library came to: the loss before each step, and the weights at the end.
struct Arrival: Decodable, Sendable {
  let losses: [Double]
  let parameters: [Block]
}

/// How to train: the examples of each step, by their positions.
struct MiniBatchTraining: Decodable, Sendable {
  let rate: Double
  let decay: Double
  let batches: [[Int]]

  /// The chapters' optimiser with the same hyperparameters.
  var optimiser: Optimiser<Double> { .sgd(learningRate: rate, weightDecay: decay) }
}

/// A network, a way to train it, and where the libraries came to.
struct TrainingCase<Subject: NamedSubject>: Decodable, Sendable, CustomTestStringConvertible {
  let subject: Subject
  let training: MiniBatchTraining
  let numpy: Arrival
  let torch: Arrival
  /// Where Keras came to, where it was asked.
  var keras: Arrival?

  /// Where each library came to, by the name that a failure gives it.
  var arrivals: [(whose: String, came: Arrival)] {
    [("NumPy's", numpy), ("PyTorch's", torch)] + (keras.map { [("Keras'", $0)] } ?? [])
  }

  var testDescription: String { subject.name }
}
