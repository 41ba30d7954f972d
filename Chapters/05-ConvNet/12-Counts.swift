import BinaryClassifier
import Regression
import Workbook

//#-hidden-code
/// Counts the weights and the multiplications of a network's layers.
func countProducts<Scalar>(
  on run: inout RunRecorder, of network: ConvNet<Scalar>
) {
  var table = Table("counts", columns: ["layer", "parameters", "products"])
  let counts = network.counts
  for layer in counts {
    table.add([
      .text(layer.name), .count(layer.weights), .count(layer.products),
    ])
  }
  run.show(table)
  run.check(
    "a convolution needs more multiplications than the linear layer behind it, "
      + "with fewer weights",
    counts[1].products > counts[2].products
      && counts[1].weights < counts[2].weights,
    detail: "the second convolution layer, for one image")
}

extension ConvNet {
  /// The weights of each layer, and its multiplications for one image.
  var counts: [(name: String, weights: Int, products: Int)] {
    layers.map { layer in
      let k = layer.layer.weights
      return (
        "\(layer.geometry.window.vertical.size) × "
          + "\(layer.geometry.window.horizontal.size) to \(k.columns) filters",
        k.elements.count + k.columns,
        k.elements.count * layer.geometry.outputPositions
      )
    }
      + head.layers.map { layer in
        let (w, b) = (layer.weights, layer.bias)
        return (
          "\(w.rows) to \(w.columns)", w.elements.count + b.count,
          w.elements.count
        )
      }
  }
}

/// Prints how long the passes of each layer take for a micro-batch.
func logTimes<Scalar: FloatingField>(
  on run: RunRecorder, of network: ConvNet<Scalar>, _ images: LabelledImages,
  at positions: [Int]
) {
  var workspace = ConvNetWorkspace(for: network)
  images.write(positions.prefix(microBatchSize), into: &workspace.examples)
  network.forwardAndBackward(on: &workspace, fraction: 1)
  func milliseconds(_ body: () -> Void) -> String {
    let clock = ContinuousClock()
    let times = (0..<9).map { _ in clock.measure(body) / .milliseconds(1) }
    return NumberFormat.decimals(2).text(of: times.sorted()[4])
  }
  let n = workspace.examples.count
  for (index, layer) in network.layers.enumerated() {
    let x = workspace.input(of: index)
    let dOutput = workspace.outputGradient(of: index)
    let forward = milliseconds {
      layer.forward(from: x, count: n, on: &workspace.layers[index])
    }
    let backward = milliseconds {
      layer.backward(
        from: dOutput, to: x, count: n, on: &workspace.layers[index],
        gradient: &workspace.layerGradients[index],
        needsInputGradient: index > 0)
    }
    run.log(
      "convolution \(index + 1), \(n) images: forward \(forward) ms, backward "
        + "\(backward) ms")
  }
  let x = workspace.input(of: network.layers.count)
  let linear = milliseconds {
    _ = network.head.lossAndGradient(
      from: x, to: workspace.examples.y, on: &workspace.head,
      needsInputGradient: true)
  }
  run.log("linear layers, \(n) images: \(linear) ms for both passes")
}
//#-end-hidden-code
