import Foundation
import Workbook

/// What a gradient file says of its network, as JSON.
struct Description {
  /// A layer, before its sizes are known.
  struct LayerText {
    let kind: String
    let settings: [String: JSONValue]
  }

  let layers: [LayerText]
  let loss: Loss
  let arrangement: Arrangement.Wish
  /// The format that the gradients were computed in, where it is said.
  let precision: NamedArrays.Format?

  /// The kinds of layers, and the settings that each may have.
  static let kinds: [(kind: String, settings: [String])] = [
    ("linear", []), ("conv2d", ["stride", "padding"]), ("relu", []), ("leaky relu", ["slope"]),
    ("tanh", []), ("sigmoid", []), ("softmax", []), ("identity", []),
    ("maxpool2d", ["size", "stride", "padding"]), ("flatten", []), ("batch norm", ["epsilon"]),
    ("dropout", []),
  ]

  /// Reads a description.
  ///
  /// - Parameter path: Where it was read, for messages.
  /// - Throws: `InputError` for what is missing, unknown or of the wrong type.
  init(_ json: String, path: String) throws(InputError) {
    func wrong(_ problem: String) -> InputError { InputError(.damaged, path, problem) }
    let parsed = try? JSONDecoder().decode(JSONValue.self, from: Data(json.utf8))
    guard let object = parsed?.object else {
      throw wrong(
        "its description is no JSON object, such as {\"layers\": [\"linear\"], \"loss\": \"mse\"}")
    }
    let known = [
      "layers", "loss", "reduction", "layout", "examples", "images", "kernels", "l2", "precision",
    ]
    if let key = object.keys.sorted().first(where: { !known.contains($0) }) {
      throw wrong("its description has \(key.quoted), which is unknown; known are \(known.list)")
    }
    guard let texts = object["layers"]?.list, !texts.isEmpty else {
      throw wrong(
        "its description has no \"layers\", a list such as [\"linear\", \"relu\", \"linear\"]")
    }
    guard texts.count <= 1_000 else {
      throw wrong("its description has \(texts.count) layers; at most 1000 are read")
    }
    var layers: [LayerText] = []
    for (index, text) in texts.enumerated() { try layers.append(Self.layer(text, index, path)) }
    self.layers = layers

    func choice<Choice: RawRepresentable & CaseIterable>(
      _ key: String, _ type: Choice.Type
    ) throws(InputError) -> Choice? where Choice.RawValue == String {
      guard let value = object[key] else { return nil }
      guard let text = value.text, let choice = Choice(rawValue: text) else {
        let given = value.text?.quoted ?? "no text"
        throw wrong(
          "the \(key.quoted) of its description is \(given); it takes \(Choice.allCases.map(\.rawValue).list)"
        )
      }
      return choice
    }
    guard let kind = try choice("loss", Loss.Kind.self) else {
      throw wrong(
        "its description has no \"loss\"; it takes \(Loss.Kind.allCases.map(\.rawValue).list)")
    }
    var loss = Loss(kind: kind)
    loss.reduction = try choice("reduction", Loss.Reduction.self) ?? .mean
    loss.takesProbabilities = kind == .crossEntropy && layers.last?.kind == "softmax"
    loss.penalty = try Self.penalty(object["l2"], path)
    self.loss = loss
    arrangement = Arrangement.Wish(
      weights: try choice("layout", Arrangement.Weights.self),
      examples: try choice("examples", Arrangement.Examples.self),
      images: try choice("images", Arrangement.Images.self),
      kernels: try choice("kernels", Arrangement.Kernels.self))
    precision = try choice("precision", NamedArrays.Format.self)
    if precision == .integer { throw wrong("the \"precision\" of its description is integer") }
  }

  private static func layer(
    _ text: JSONValue, _ index: Int, _ path: String
  ) throws(InputError) -> LayerText {
    func wrong(_ problem: String) -> InputError {
      InputError(.damaged, path, "layer \(index) of its description \(problem)")
    }
    let object = text.object
    guard let name = text.text ?? object?["kind"]?.text else {
      throw wrong(
        "is no name and no object with a \"kind\", such as {\"kind\": \"conv2d\", \"stride\": 2}")
    }
    guard let (kind, settings) = kinds.first(where: { $0.kind == name }) else {
      throw wrong("is \(name.quoted); the layers are \(kinds.map(\.kind).list)")
    }
    let given = (object ?? [:]).filter { $0.key != "kind" }
    if let key = given.keys.sorted().first(where: { !settings.contains($0) }) {
      let takes = settings.isEmpty ? "it takes no settings" : "it takes \(settings.list)"
      throw wrong("has the setting \(key.quoted); \(takes)")
    }
    return LayerText(kind: kind, settings: given)
  }

  private static func penalty(_ value: JSONValue?, _ path: String) throws(InputError) -> Double {
    guard let value else { return 0 }
    let object = value.object ?? ["lambda": value]
    guard let rate = object["lambda"]?.number, rate.isFinite, rate >= 0,
      let factor = object["factor"] == nil ? 1 : object["factor"]?.number, factor.isFinite
    else {
      throw InputError(
        .damaged, path,
        "the \"l2\" of its description is no number λ from 0 up, and no {\"lambda\": λ, \"factor\": 0.5}"
      )
    }
    return rate * factor
  }
}

extension Description.LayerText {
  /// Returns a setting that is a number.
  func number(
    _ key: String, default standard: Double?, in range: ClosedRange<Double>, _ index: Int,
    _ path: String
  ) throws(InputError) -> Double {
    guard settings[key] != nil || standard == nil else { return standard ?? 0 }
    guard let number = settings[key]?.number, range.contains(number) else {
      throw InputError(
        .damaged, path,
        "the \(key.quoted) of layer \(index) is no number from \(range.lowerBound) to \(range.upperBound)"
      )
    }
    return number
  }

  /// Returns a setting that is a whole number, or two of them for the vertical and the horizontal.
  func pair(
    _ key: String, default standard: (Int, Int)?, from least: Int, _ index: Int, _ path: String
  ) throws(InputError) -> (Int, Int) {
    guard let value = settings[key] else {
      if let standard { return standard }
      throw InputError(.damaged, path, "layer \(index), \(kind), has no \(key.quoted)")
    }
    if key == "padding", value.text == "valid" { return (0, 0) }
    let numbers = (value.list ?? [value, value]).map(\.number)
    let whole = numbers.compactMap { $0.flatMap(Int.init(exactly:)) }
    guard whole.count == 2, numbers.count == 2, whole.allSatisfy({ least...100_000 ~= $0 }) else {
      throw InputError(
        .damaged, path,
        "the \(key.quoted) of layer \(index) is no whole number from \(least) up, and no two of them"
      )
    }
    return (whole[0], whole[1])
  }
}

extension [String] {
  /// Names in a sentence, such as “a, b or c”.
  var list: String {
    guard let last, count > 1 else { return first ?? "" }
    return dropLast().joined(separator: ", ") + " or " + last
  }
}
