import Workbook

/// Finds where a backward pass breaks first, from the output backwards.
struct BreakSearch {
  private(set) var found: GradientReport.Break?
  /// The positions at which the mistake may be, and whether the loss may be it.
  private(set) var region: ClosedRange<Int>
  private(set) var includesLoss = false

  init(_ network: DescribedNetwork, _ tensors: [TensorFinding], _ allowed: [[Double]]) {
    region = 0...(network.layers.count - 1)
    func isWrong(_ parameter: Int?) -> Bool {
      parameter.map { tensors[$0].isSuspect } ?? false
    }
    func isJudged(_ parameter: Int?) -> Bool {
      parameter.map { tensors[$0].verdict != .missing } ?? false
    }
    let layers = network.layers
    let first = layers.indices.last { isWrong(layers[$0].weight) || isWrong(layers[$0].bias) }
    // All is right behind the next layer that has a gradient which is right.
    let start = first ?? -1
    let next = layers.indices.first { position in
      position > start && (isJudged(layers[position].weight) || isJudged(layers[position].bias))
    }
    includesLoss = next == nil
    region = max(start, 0)...(next ?? layers.count - 1)
    let end = next.map { layers[$0].words } ?? "the loss"
    guard let first else {
      found = GradientReport.Break(
        part: .input, layer: 0, upTo: layers[region.upperBound].index,
        words:
          "All gradients of parameters are right, and only x.grad is wrong: the mistake is between "
          + "the batch and \(end).")
      return
    }
    let layer = layers[first]
    let (weightWrong, biasWrong) = (isWrong(layer.weight), isWrong(layer.bias))
    let isLast = layers[(first + 1)...].allSatisfy { $0.weight == nil && $0.bias == nil }
    let behind =
      next != nil
      ? "The gradients of \(end) and behind it are right."
      : isLast
        ? "\(layer.capitalised) is the last layer with parameters."
        : "No gradient behind \(layer.words) is judged."
    let hasBias = isJudged(layer.bias)
    let product = Self.product(network, first, allowed)
    // Another D may have the same sums: then the bias is right although what arrives is wrong.
    let isOtherArrival = weightWrong && product == .product
    if weightWrong != biasWrong, hasBias, isJudged(layer.weight), !isOtherArrival {
      let (wrong, right) = weightWrong ? ("weights", "bias") : ("bias", "weights")
      let what = weightWrong ? "the product Aᵀ D" : "the sum of the rows of D"
      found = GradientReport.Break(
        part: weightWrong ? .weight : .bias, layer: layer.index,
        upTo: product == .anything && weightWrong
          ? next.map { layers[$0].index } ?? network.endIndex : layer.index,
        words:
          "\(behind) At \(layer.words) the gradient of the \(right) is right, so what arrives there, "
          + "D, is right, or has the right sums: \(what), the gradient of the \(wrong), is wrong.")
      region = first...(next ?? layers.count - 1)
      return
    }
    switch product {
    case .noProduct:
      found = GradientReport.Break(
        part: .weight, layer: layer.index, upTo: layer.index,
        words:
          "\(behind) The gradient of \(layer.words) is Aᵀ D for no D at all, where A is what the layer "
          + "reads: this product itself is wrong.")
    case .product, .anything, nil:
      let why =
        product == .product
        ? "is Aᵀ D for some D, so the product may be right, and what arrives there, D, wrong"
        : "is wrong"
      let more =
        product == .anything && !network.layers[first].isConvolution
        ? " The batch has too many rows to tell the product from what arrives; save one of fewer."
        : ""
      let place =
        next == nil
        ? "between that layer and the loss, or in the derivative of the loss"
        : "between that layer and \(end)"
      found = GradientReport.Break(
        part: next == nil ? .loss : .upstream, layer: layer.index,
        upTo: next.map { layers[$0].index } ?? network.endIndex,
        words: "\(behind) The gradient of \(layer.words) \(why): the mistake is \(place).\(more)")
    }
  }

  /// Returns whether the claim of a layer is a product of what the layer reads; `nil` where that cannot be
  /// asked.
  private static func product(
    _ network: DescribedNetwork, _ position: Int, _ allowed: [[Double]]
  ) -> BrokenProduct.Finding? {
    let layer = network.layers[position]
    guard layer.isProduct, let weight = layer.weight, let claim = network.parameters[weight].claim
    else { return nil }
    let parameter = network.parameters[weight]
    // A penalty is no part of the product.
    let own = zip(claim, parameter.values).map { $0 - 2 * network.loss.penalty * $1 }
    guard own.allSatisfy(\.isFinite) else { return nil }
    let rows = ForwardPass<Double>(network, .floating).rows(into: position)
    let bias = layer.bias.flatMap { network.parameters[$0].claim }
    guard bias?.allSatisfy(\.isFinite) ?? true else { return nil }
    return BrokenProduct(
      rows: rows,
      weight: Matrix(rows: parameter.rows, columns: parameter.columns, elements: own),
      bias: bias.map { Matrix(rows: 1, columns: $0.count, elements: $0) },
      tolerance: 4 * (allowed[weight].max() ?? 0)
    ).finding
  }
}
