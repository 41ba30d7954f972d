import Workbook

/// How a reader's program lays out its arrays.
struct Arrangement: Equatable {
  enum Weights: String, CaseIterable { case outIn = "out,in", inOut = "in,out" }
  enum Examples: String, CaseIterable { case rows, columns }
  enum Images: String, CaseIterable { case channelsFirst = "NCHW", channelsLast = "NHWC" }
  enum Kernels: String, CaseIterable {
    case outInHeightWidth = "out,in,height,width"
    case heightWidthInOut = "height,width,in,out"
  }

  var weights = Weights.outIn
  var examples = Examples.rows
  var images = Images.channelsFirst
  var kernels = Kernels.outInHeightWidth

  /// What a description says of it; `nil` for what is to be read off the shapes.
  struct Wish {
    var weights: Weights?
    var examples: Examples?
    var images: Images?
    var kernels: Kernels?

    /// All arrangements that agree with it, the usual one first.
    var arrangements: [Arrangement] {
      var found: [Arrangement] = []
      for weights in weights.map({ [$0] }) ?? Weights.allCases {
        for examples in examples.map({ [$0] }) ?? Examples.allCases {
          for images in images.map({ [$0] }) ?? Images.allCases {
            for kernels in kernels.map({ [$0] }) ?? Kernels.allCases {
              found.append(
                Arrangement(weights: weights, examples: examples, images: images, kernels: kernels))
            }
          }
        }
      }
      return found
    }
  }

  /// Returns the keys of a description in which some arrangements differ, with the values that they have.
  static func differences(_ arrangements: [Arrangement]) -> [(key: String, values: [String])] {
    func values(_ key: String, _ value: (Arrangement) -> String) -> (String, [String])? {
      var found: [String] = []
      for arrangement in arrangements where !found.contains(value(arrangement)) {
        found.append(value(arrangement))
      }
      return found.count > 1 ? (key, found) : nil
    }
    return [
      values("layout") { $0.weights.rawValue }, values("examples") { $0.examples.rawValue },
      values("images") { $0.images.rawValue }, values("kernels") { $0.kernels.rawValue },
    ].compactMap(\.self)
  }
}
