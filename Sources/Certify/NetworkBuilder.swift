import Workbook

/// Makes a network of the arrays of a gradient file, in one arrangement.
struct NetworkBuilder {
  let arrays: NamedArrays
  let description: Description
  let arrangement: Arrangement
  private(set) var parameters: [Parameter] = []
  private(set) var layers: [Layer] = []
  private(set) var examples = 0

  init(_ arrays: NamedArrays, _ description: Description, _ arrangement: Arrangement) {
    (self.arrays, self.description, self.arrangement) = (arrays, description, arrangement)
  }

  /// How many layers were made.
  var progress: Int { layers.count }

  /// Makes the network.
  ///
  /// - Throws: `Misfit` where a shape does not fit.
  mutating func network() throws(Misfit) -> DescribedNetwork {
    let x = try array("x", "the batch")
    let (batch, order) = try inputs(x)
    var extent = batch
    for (index, text) in description.layers.enumerated() {
      let layer = try layer(index, text, extent)
      layers.append(layer)
      extent = layer.output
    }
    try requireKnownNames()
    let values = order.map { x.elements[$0] }
    let claim = arrays["x.grad"].map { given in
      parameter("x", .input, layer: nil, x, rows: 1, order: order, given: given)
    }
    let loss = try array("loss", "the loss that your program computed")
    guard loss.elements.count == 1 else {
      throw Misfit(
        "\"loss\" has \(loss.elements.count) numbers; one is expected, as loss.item() gives")
    }
    return DescribedNetwork(
      path: arrays.path, layers: layers, loss: description.loss,
      inputs: Matrix(rows: examples, columns: batch.count, elements: values),
      targets: try targets(outputs: extent.count), parameters: parameters, inputClaim: claim,
      claimedLoss: loss.elements[0],
      bits: description.precision?.significandBits ?? savedBits, savedBits: savedBits)
  }

  func array(_ name: String, _ what: String) throws(Misfit) -> NamedArrays.Numbers {
    guard let array = arrays[name] else {
      throw Misfit("it has no array \(name.quoted), \(what)")
    }
    guard !array.elements.isEmpty else { throw Misfit("\(name.quoted), \(what), is empty") }
    return array
  }

  /// The fewest bits of what was computed with, as far as the numbers tell.
  private var savedBits: Int {
    let names = arrays.names.filter { $0 != "y" && $0 != "loss" }
    let said = names.compactMap { arrays[$0]?.format.significandBits }.min() ?? 53
    // Numbers of Float that were saved as Double are still what Float computed.
    let claims = names.filter { $0.hasSuffix(".grad") }.flatMap { arrays[$0]?.elements ?? [] }
    let isSingle = claims.count > 3 && claims.allSatisfy { Double(Float($0)) == $0 || !$0.isFinite }
    let isVaried = claims.contains { Double(Float16Bits.rounding($0)) != $0 }
    return said > 24 && isSingle && isVaried ? 24 : said
  }

  /// Returns how an example is arranged, and where each of its numbers stands in the file.
  private mutating func inputs(
    _ x: NamedArrays.Numbers
  ) throws(Misfit) -> (extent: Extent, order: [Int]) {
    let shape = x.shape
    switch shape.count {
    case 2:
      let isColumns = arrangement.examples == .columns
      examples = isColumns ? shape[1] : shape[0]
      let features = isColumns ? shape[0] : shape[1]
      let order = (0..<examples * features).map { index in
        isColumns ? index % features * examples + index / features : index
      }
      return (.features(features), order)
    case 3, 4:
      examples = shape[0]
      let isLast = arrangement.images == .channelsLast
      let lengths =
        shape.count == 3
        ? [1, shape[1], shape[2]] : isLast ? [shape[3], shape[1], shape[2]] : Array(shape[1...])
      let extent = Extent.image(lengths[0], lengths[1], lengths[2])
      let order = (0..<examples * extent.count).map { index in
        let (example, rest) = index.quotientAndRemainder(dividingBy: extent.count)
        return isLast && shape.count == 4
          ? example * extent.count + rest % extent.pixels * extent.channels + rest / extent.pixels
          : index
      }
      return (extent, order)
    default:
      throw Misfit(
        "\"x\" has the shape \(shape); a batch is [examples, inputs], or four axes for images")
    }
  }

  private mutating func layer(
    _ index: Int, _ text: Description.LayerText, _ input: Extent
  ) throws(Misfit) -> Layer {
    func make(_ kind: Layer.Kind, _ output: Extent? = nil) -> Layer {
      Layer(index: index, kind: kind, input: input, output: output ?? input)
    }
    switch text.kind {
    case "linear": return try linear(index, input)
    case "conv2d": return try convolution(index, text, input)
    case "maxpool2d": return try pooling(index, text, input)
    case "relu": return make(.relu)
    case "leaky relu":
      return make(
        .leakyReLU(
          slope: try setting { () throws(InputError) in
            try text.number("slope", default: 0.01, in: -1e6...1e6, index, arrays.path)
          }))
    case "tanh": return make(.tanh)
    case "sigmoid": return make(.sigmoid)
    case "identity": return make(.identity)
    case "softmax":
      guard !input.isImage else {
        throw Misfit("layer \(index), softmax, reads images; flatten them first")
      }
      return make(.softmax)
    case "flatten":
      return make(
        .flatten(order: flattenOrder(input)), .features(input.count))
    case "batch norm":
      let epsilon = try setting { () throws(InputError) in
        try text.number("epsilon", default: 1e-5, in: 0...1e6, index, arrays.path)
      }
      var layer = make(.batchNorm(epsilon: epsilon))
      layer.weight = try vector("\(index).weight", .scale, index, input.channels)
      layer.bias = try vector("\(index).bias", .bias, index, input.channels)
      return layer
    default: return make(.dropout(mask: try mask(index, input)))
    }
  }

  /// Turns a sentence about the description into one about this arrangement.
  private func setting<Value>(
    _ read: () throws(InputError) -> Value
  ) throws(Misfit) -> Value {
    do throws(InputError) { return try read() } catch { throw Misfit(error.problem) }
  }

  /// Where each number of a flat row stands in an image whose channels come first.
  private func flattenOrder(_ input: Extent) -> [Int] {
    (0..<input.count).map { index in
      arrangement.images == .channelsLast
        ? index % input.channels * input.pixels + index / input.channels : index
    }
  }

  private mutating func linear(_ index: Int, _ input: Extent) throws(Misfit) -> Layer {
    let name = "\(index).weight"
    let weight = try array(name, "the weights of layer \(index), linear")
    guard !input.isImage else {
      throw Misfit(
        "layer \(index), linear, reads images of \(input.words); add \"flatten\" before it")
    }
    guard weight.shape.count == 2 else {
      throw Misfit("\(name.quoted) has the shape \(weight.shape); linear weights have two axes")
    }
    let isOutIn = arrangement.weights == .outIn
    let (inputs, outputs) =
      isOutIn ? (weight.shape[1], weight.shape[0]) : (weight.shape[0], weight.shape[1])
    guard inputs == input.count else {
      throw Misfit(
        "\(name.quoted) has the shape \(weight.shape), so it reads \(inputs) inputs "
          + "(\(arrangement.weights.rawValue)); \(input.words) arrive")
    }
    let order = (0..<inputs * outputs).map { position in
      isOutIn ? position % outputs * inputs + position / outputs : position
    }
    var layer = Layer(index: index, kind: .linear, input: input, output: .features(outputs))
    layer.weight = add(
      parameter(
        name, .weight, layer: index, weight, rows: inputs, order: order,
        given: arrays[name + ".grad"]))
    layer.bias = try vector("\(index).bias", .bias, index, outputs)
    return layer
  }

  private mutating func convolution(
    _ index: Int, _ text: Description.LayerText, _ input: Extent
  ) throws(Misfit) -> Layer {
    let name = "\(index).weight"
    let weight = try array(name, "the kernels of layer \(index), conv2d")
    guard input.isImage else {
      throw Misfit(
        "layer \(index), conv2d, reads \(input.words); it needs images, so \"x\" with four axes")
    }
    guard weight.shape.count == 4 else {
      throw Misfit("\(name.quoted) has the shape \(weight.shape); kernels have four axes")
    }
    let shape = weight.shape
    let isFirst = arrangement.kernels == .outInHeightWidth
    let (filters, channels) = isFirst ? (shape[0], shape[1]) : (shape[3], shape[2])
    let kernel = isFirst ? (height: shape[2], width: shape[3]) : (height: shape[0], width: shape[1])
    guard channels == input.channels else {
      throw Misfit(
        "\(name.quoted) has the shape \(shape), so it reads \(channels) channels "
          + "(\(arrangement.kernels.rawValue)); images of \(input.words) arrive")
    }
    let windows = try windows(index, text, input, kernel, stride: (1, 1))
    let pixels = kernel.height * kernel.width
    let order = (0..<channels * pixels * filters).map { position in
      let (row, filter) = position.quotientAndRemainder(dividingBy: filters)
      let (channel, pixel) = row.quotientAndRemainder(dividingBy: pixels)
      return isFirst
        ? (filter * channels + channel) * pixels + pixel
        : (pixel * channels + channel) * filters + filter
    }
    let output = Extent.image(filters, windows.outputHeight, windows.outputWidth)
    var layer = Layer(
      index: index, kind: .convolution(windows), input: input, output: output)
    layer.weight = add(
      parameter(
        name, .weight, layer: index, weight, rows: channels * pixels, order: order,
        given: arrays[name + ".grad"]))
    layer.bias = try vector("\(index).bias", .bias, index, filters)
    return layer
  }

  private func pooling(
    _ index: Int, _ text: Description.LayerText, _ input: Extent
  ) throws(Misfit) -> Layer {
    guard input.isImage else {
      throw Misfit("layer \(index), maxpool2d, reads \(input.words); it needs images")
    }
    let size = try setting { () throws(InputError) in
      try text.pair("size", default: nil, from: 1, index, arrays.path)
    }
    let windows = try windows(index, text, input, (size.0, size.1), stride: size)
    guard (0..<windows.positions).allSatisfy({ windows.pixels(at: $0).contains { $0 >= 0 } }) else {
      throw Misfit("layer \(index), maxpool2d, has windows that lie in the padding alone")
    }
    return Layer(
      index: index, kind: .maxPool(windows), input: input,
      output: .image(input.channels, windows.outputHeight, windows.outputWidth))
  }

  private func windows(
    _ index: Int, _ text: Description.LayerText, _ input: Extent,
    _ kernel: (height: Int, width: Int), stride standard: (Int, Int)
  ) throws(Misfit) -> Windows {
    let (stride, padding) = try setting { () throws(InputError) in
      (
        try text.pair("stride", default: standard, from: 1, index, arrays.path),
        try text.pair("padding", default: (0, 0), from: 0, index, arrays.path)
      )
    }
    let limit = 1 << 24
    let height = input.height + 2 * padding.0
    let width = input.width + 2 * padding.1
    guard max(kernel.height, kernel.width) <= limit,
      height.multipliedReportingOverflow(by: width).partialValue <= limit,
      height * width / (stride.0 * stride.1) * kernel.height * kernel.width <= limit
    else { throw Misfit("layer \(index), \(text.kind), has too many windows") }
    guard
      let windows = Windows(
        over: input, kernel: kernel, stride: (stride.0, stride.1),
        padding: (padding.0, padding.1))
    else {
      throw Misfit(
        "layer \(index), \(text.kind), has windows of \(kernel.height) × \(kernel.width), larger than "
          + "its padded images of \(height) × \(width)")
    }
    return windows
  }

  private func mask(_ index: Int, _ input: Extent) throws(Misfit) -> Matrix<Double> {
    let name = "\(index).mask"
    let mask = try array(name, "the mask that layer \(index), dropout, multiplied with")
    let x = arrays["x"]?.shape ?? []
    let isColumns = arrangement.examples == .columns && x.count == 2
    let isLast = arrangement.images == .channelsLast && input.isImage
    guard mask.elements.count == examples * input.count else {
      throw Misfit(
        "\(name.quoted) has the shape \(mask.shape); \(examples) examples of \(input.words) arrive")
    }
    return Matrix(rows: examples, columns: input.count) { row, column in
      if isColumns { return mask.elements[column * examples + row] }
      let place =
        isLast ? column % input.pixels * input.channels + column / input.pixels : column
      return mask.elements[row * input.count + place]
    }
  }

  /// Adds a parameter with one number for each output; none where the file has none.
  private mutating func vector(
    _ name: String, _ role: Parameter.Role, _ index: Int, _ count: Int
  ) throws(Misfit) -> Int? {
    guard let array = arrays[name] else { return nil }
    guard array.elements.count == count, array.shape.count(where: { $0 != 1 }) <= 1 else {
      throw Misfit("\(name.quoted) has the shape \(array.shape); layer \(index) needs [\(count)]")
    }
    return add(
      parameter(
        name, role, layer: index, array, rows: 1, order: Array(0..<count),
        given: arrays[name + ".grad"]))
  }

  private mutating func add(_ parameter: Parameter) -> Int {
    parameters.append(parameter)
    return parameters.count - 1
  }

  private func parameter(
    _ name: String, _ role: Parameter.Role, layer: Int?, _ array: NamedArrays.Numbers, rows: Int,
    order: [Int], given: NamedArrays.Numbers?
  ) -> Parameter {
    // A vector may be a row, a column, or have one axis.
    func core(_ shape: [Int]) -> [Int] {
      [.bias, .scale].contains(role) ? shape.filter { $0 != 1 } : shape
    }
    let fits = given.map {
      core($0.shape) == core(array.shape) && $0.elements.count == array.elements.count
    }
    return Parameter(
      name: name, role: role, layer: layer, shape: array.shape, rows: rows, order: order,
      values: order.map { array.elements[$0] },
      claim: fits == true ? given.map { given in order.map { given.elements[$0] } } : nil,
      given: given)
  }
}

/// Numbers as half precision has them: 11 bits.
private enum Float16Bits {
  static func rounding(_ number: Double) -> Float {
    guard number.isFinite, number != 0 else { return Float(number) }
    let unit = number.ulp * 0x1p42
    return Float((number / unit).rounded() * unit)
  }
}
