import BinaryClassifier
import Regression
import Workbook

/*:
 ## Why small windows

 An output of the first layer depends on the pixels under its window. An output
 of the second layer depends on the outputs of the first under its own window,
 and so on more pixels. The pixels that an output depends on are its
 **receptive field**, and it grows from layer to layer.

 Stack three windows of three by three, with all weights one, and send a
 gradient of one back from the last output. Every cell of the next figure counts
 the paths from there to that output.

 ![Three stacked windows of three by three: the number of paths from each entry
 to the last output](figure:receptive)

 The field grows by $k - 1$ with each layer, times the strides of all layers
 before it: behind a stride of two, neighbours lie two pixels apart. The paths
 are not spread evenly. The middle has \(receptive.middle) of them and a corner
 \(receptive.corner), so the middle of the field counts most.

 A single window of seven by seven has the same receptive field as that stack.

 > **Guess:** Each layer has \(stack.channels) channels and \(stack.channels)
 > filters. Which has fewer weights, three windows of three by three or one of
 > seven by seven?
 >
 > The stack: three times nine weights for each pair of channel and filter,
 > against forty-nine. It also has three activations where the other has one.
 >
 > ![Small windows in a stack, and large ones](table:stacks)

 So large windows became rare after [Simonyan and
 Zisserman](cite:simonyan-2015) built networks of nothing but windows of three
 by three.

 **One by one.** A window of a single pixel looks useless, but it still sees all
 channels. It is a linear layer for each pixel, and changes the number of
 channels: in the last row of the table it makes a quarter as many. [Lin and
 others](cite:lin-2014) put it behind larger windows, and later networks use it
 to make those cheaper.

 **Global average pooling** saves weights. Most are not in the windows of such a
 network but in the first linear layer behind them. For the network for cats and
 dogs below, that layer reads \(gap.flat) numbers, a number for each position
 and filter. Its \(gap.flat.weights) weights shrink to \(gap.weights) if it
 reads the mean of each filter over all positions instead. Such a mean does not
 say where a feature is. If an object moves and stays clear of the border, the
 mean behind a convolution of stride one does not change at all: the run moves
 one, and the means are equal in exact fractions. With max-pooling in between,
 that holds only for moves by whole windows.

 All of this grew over forty years. [Fukushima](cite:fukushima-1980) stacked
 windows and pooling in the neocognitron, without backpropagation. [LeCun and
 others](cite:lecun-1998) trained such a stack by gradient descent: LeNet read
 the digits on cheques, with windows of five by five. [Krizhevsky and
 others](cite:krizhevsky-2012) made it larger, with ReLUs, on two graphics
 processors, and won the ImageNet contest by a wide margin. Then networks grew
 deeper, with small windows only, until more layers made them worse even on the
 training set. [He and others](cite:he-2016) found a cure: in a **ResNet** the
 output of every few layers is added to their input. If such a block computes
 nothing, the input still passes, and so does the gradient.
 */

//#-hidden-code
/// Returns how many entries of the input an output depends on, along an axis.
func receptiveField(of windows: [WindowGeometry]) -> Int {
  var (field, step) = (1, 1)
  for window in windows {
    field += (window.size - 1) * step
    step *= window.stride
  }
  return field
}

/// Counts the weights and the receptive fields of stacked windows.
func stackWindows(
  on run: inout RunRecorder, _ blocks: TwoBlocks
) throws {
  run.section("Why small windows")
  run.ask("Three windows of 3 × 3, or one of 7 × 7: which has fewer weights?")
  try drawReceptiveField(on: &run)
  try compareStacks(on: &run)
  try averageEverywhere(on: &run, blocks)
}

/// Draws how many paths lead from each entry to the output of three windows.
private func drawReceptiveField(
  on run: inout RunRecorder
) throws(WindowError) {
  let window = Window(3)
  var paths: Vector<Rational> = [1]
  var grids: [GridDiagram.Grid] = []
  let labels = ["last output", "second layer", "first layer", "image"]
  for (index, size) in [1, 3, 5, 7].enumerated() {
    if index > 0 {
      let geometry = try ConvolutionGeometry(
        of: window, over: ImageShape(size, size, 1))
      let dP = Matrix<Rational>(rows: geometry.outputPositions, columns: 9) {
        position, _ in paths[position]
      }
      paths = geometry.col2im(dP)
    }
    grids.insert(
      .init(
        labels[index],
        .image(paths, width: size) { row, column in
          abs(row - size / 2) <= 1 && abs(column - size / 2) <= 1 ? 0 : nil
        }, sign: index > 0 ? "→" : ""), at: 0)
  }
  run.show(Figure("receptive", GridDiagram(grids)))
  run.record(
    Double(paths[24]), .count, as: "receptive.middle", label: "paths, middle")
  run.record(
    Double(paths[0]), .count, as: "receptive.corner", label: "paths, corner")
  run.check(
    "three windows of 3 × 3 see 7 × 7 pixels, the middle most often",
    paths.count == 49 && paths.elements.allSatisfy { 0 < $0 && $0 <= paths[24] }
      && receptiveField(of: Array(repeating: WindowGeometry(3), count: 3)) == 7,
    detail: "paths from each pixel to the output, counted backwards")
}

/// Shows the weights and receptive fields of stacked windows and large ones.
private func compareStacks(on run: inout RunRecorder) throws(WindowError) {
  let channels = run.setting(64, as: "stack.channels", label: "channels")
  let stacks: [(name: String, windows: [Int], filters: Int)] = [
    ("two of 3 × 3", [3, 3], channels), ("one of 5 × 5", [5], channels),
    ("three of 3 × 3", [3, 3, 3], channels), ("one of 7 × 7", [7], channels),
    ("one of 1 × 1", [1], max(1, channels / 4)),
  ]
  var table = Table(
    "stacks", columns: ["windows", "receptive field", "parameters", "layers"])
  var parameters: [Int] = []
  for stack in stacks {
    let counts = try stack.windows.map { size throws(WindowError) in
      let geometry = try ConvolutionGeometry(
        of: Window(size), over: ImageShape(7, 7, channels))
      return geometry.patchSize * stack.filters + stack.filters
    }
    let field = receptiveField(of: stack.windows.map { WindowGeometry($0) })
    parameters.append(counts.reduce(0, +))
    table.add([
      .text(stack.name), .text("\(field) × \(field)"),
      .count(counts.reduce(0, +)), .count(counts.count),
    ])
  }
  run.show(table)
  run.check(
    "a stack of small windows has fewer parameters than a large one",
    parameters[0] < parameters[1] && parameters[2] < parameters[3],
    detail: "with the same receptive field and \(channels) channels")
}

/// Counts what a global average saves, and moves an object under it.
private func averageEverywhere(
  on run: inout RunRecorder, _ blocks: TwoBlocks
) throws {
  var random = run.random("average")
  let network: ConvNet<Float> = try twoBlockNetwork(
    for: ImageShape(28, 28, 1), blocks, using: &random)
  let output = network.layers[1].output
  let units = network.head.layers[0].bias.count
  run.record(output.size, as: "gap.flat", label: "numbers, read as a row")
  run.record(
    output.size * units, as: "gap.flat.weights", label: "weights for them")
  run.record(
    output.channels * units, as: "gap.weights", label: "weights for the means")

  let geometry = try ConvolutionGeometry(
    of: Window(3, padding: 1), over: ImageShape(8, 9, 1))
  let k = Matrix<Rational>(.dyadic(9, 4, using: &random))
  let c = Vector<Rational>(.dyadic(4, using: &random))
  let object = Vector<Rational>(.dyadic(9, using: &random))
  func outputs(row: Int, column: Int) -> Matrix<Rational> {
    let x = Vector<Rational>(count: 72) { pixel in
      let (y, x) = (pixel / 9 - row, pixel % 9 - column)
      return 0..<3 ~= y && 0..<3 ~= x ? object[y * 3 + x] : 0
    }
    let z = geometry.im2col(x) • k + c
    return Activation.relu(z)
  }
  let (still, moved) = (outputs(row: 1, column: 1), outputs(row: 4, column: 5))
  run.check(
    "the means over all positions stay when an object moves inside the image",
    still.sumOfRows == moved.sumOfRows && still != moved,
    detail: "equal in exact fractions; the outputs themselves are not")
}
//#-end-hidden-code
