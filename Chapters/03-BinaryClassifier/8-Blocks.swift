import Regression
import Workbook

/*:
 ## A gradient is a sum over blocks

 A small photograph in three colours is $64 \cdot 64 \cdot 3 = 12288$ numbers. As
 bytes, many thousands of them fit in any memory. As a matrix of `Float` they take
 four times as much, and a step reads that matrix twice, once for $X W$ and once
 for $X^\top \mathrm{d}Z$; so does NumPy. Each number is used for ten products
 only, so the processor waits for memory most of the time.

 It need not. The loss is a mean over examples, so the slopes are a sum over
 examples, and a sum can be taken in pieces. Cut the $n$ examples into blocks
 $B$ of at most $m$ each:

 $$
 L = \sum_B \frac{|B|}{n} \, L_B, \qquad
 \mathrm{d}W = \sum_B \frac{|B|}{n} \, \mathrm{d}W_B
 $$

 Take one block at a time, walk forwards and backwards over it, and add its share
 to the sum. Its bytes are read from memory once: when the backward pass asks for
 them again, they are still in the cache. So a step passes over the photographs
 once, and they stay bytes. Making numbers of bytes a second time costs less than
 fetching numbers that were kept.

 The weights in front of so many pixels are too large to stay near as well.
 So they are cut too, into **stretches**, each for some of the pixels:
 $X W = \sum_s X_s W_s$. What is in use at any moment is a stretch of a block, a
 small matrix.
 */

/// A network whose first weights are cut into stretches, or its slopes.
struct CutNetwork<Scalar: FloatingField>: Sendable {
  /// The first weights, stretch after stretch, `[stretch, out]`.
  var stretches: [Matrix<Scalar>]
  /// The bias of the first layer, `[out]`.
  var bias: Vector<Scalar>
  /// The curve of the first layer.
  let activation: Activation<Scalar>
  /// All layers behind the first, and the loss.
  var rest: Network<Scalar>

  /// How many rows of the weights are a stretch.
  static var length: Int { 512 }

  /// Cuts a network.
  ///
  /// - Precondition: It has a hidden layer.
  init(_ network: Network<Scalar>) {
    precondition(network.layers.count > 1, "a network without a hidden layer")
    let first = network.layers[0]
    let rows = Array(0..<first.weights.rows)
    stretches = stride(from: 0, to: rows.count, by: Self.length).map {
      first.weights.rows(at: rows[$0..<min($0 + Self.length, rows.count)])
    }
    (bias, activation) = (first.bias, first.activation)
    rest = Network(
      layers: Array(network.layers.dropFirst()), loss: network.loss)
  }

  /// The pixels that a stretch belongs to.
  func pixels(of stretch: Int) -> Range<Int> {
    let start = stretch * Self.length
    return start..<start + stretches[stretch].rows
  }

  /// The same layers in one piece.
  var network: Network<Scalar> {
    let weights = Matrix(
      rows: stretches.map(\.rows).reduce(0, +), columns: bias.count,
      elements: stretches.flatMap(\.elements))  // [features, out]
    let first = Layer(weights: weights, bias: bias, activation: activation)
    return Network(layers: [first] + rest.layers, loss: rest.loss)
  }
}

/*:
 Behind the first layer nothing is large, and the code of this chapter walks
 over it as it is. It is asked for $\mathrm{d}X$, the slope in what it received,
 and the three lines of the first layer are all that is new: $Z$ as a sum over
 stretches, $\mathrm{d}Z$, and $\mathrm{d}W_s = X_s^\top \mathrm{d}Z$.
 */

/// What is written down for a block, and written over by the next.
struct BlockSheet<Scalar: FloatingField>: Sendable {
  /// The pixels of a stretch, from 0 to 1, `[block, stretch]`.
  var x = Matrix<Scalar>.empty
  /// The targets, `[block, 1]`.
  var y = Matrix<Scalar>.empty
  /// What the first layer adds up, `[block, out]`.
  var z = Matrix<Scalar>.empty
  /// What it makes of it, `[block, out]`.
  var a = Matrix<Scalar>.empty
  /// φ′(Z), `[block, out]`.
  var curve = Matrix<Scalar>.empty
  /// The sheet of the layers behind the first.
  var rest: Worksheet<Scalar>
}

extension CutNetwork {
  /// Walks forwards and backwards over a block, and adds its share to sums.
  ///
  /// - Parameters:
  ///   - block: The positions of its images.
  ///   - share: The part |B|/n of all images that it is.
  ///   - slopes: The slopes so far.
  ///   - sheet: What is written over.
  /// - Returns: Its share of the loss.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func walk(
    over images: LabelledImages, _ block: ArraySlice<Int>, share: Scalar,
    addingTo slopes: inout CutNetwork, on sheet: inout BlockSheet<Scalar>
  ) -> Scalar {
    images.writeBinary(block, over: &sheet.y)

    // Forwards through the first layer, a stretch of the pixels at a time.
    sheet.z.reshape(rows: block.count, columns: bias.count)
    sheet.z.fill(with: 0)
    for (index, weights) in stretches.enumerated() {
      images.write(block, columns: pixels(of: index), over: &sheet.x)
      sheet.z.add(sheet.x, times: weights)  // [block, out]
    }
    sheet.z.addToEachRow(bias)
    activation.write(valuesAt: sheet.z, over: &sheet.a)  // [block, out]

    // Forwards and backwards through all others.
    let loss = rest.lossAndGradient(
      from: sheet.a, to: sheet.y, on: &sheet.rest, wantsDX: true)
    slopes.rest.add(share, times: sheet.rest.gradient)

    // Backwards through the first layer. What arrives there becomes dZ.
    activation.write(slopesAt: sheet.z, over: &sheet.curve)
    sheet.rest.dX.multiply(by: sheet.curve)
    sheet.rest.dX.multiply(by: share)  // [block, out]
    slopes.bias.add(1, times: sheet.rest.dX.sumOfRows)
    for index in stretches.indices {
      images.write(block, columns: pixels(of: index), over: &sheet.x)
      slopes.stretches[index].add(sheet.x.transposed, times: sheet.rest.dX)
    }
    return share * loss
  }
}

/*:
 Threads share the blocks out. Addition rounds, and so the order of a sum shows
 in its last digits. For the result to be the same on one thread and on many, the
 order must not depend on the threads: the blocks are always dealt into the same
 few parts, each is summed from its first block to its last, and the parts are
 summed in their order.
 */

extension Network where Scalar: FloatingField {
  /// Returns the mean loss over images, and its slopes, in one pass over them.
  ///
  /// The images stay bytes. The result is that of `lossAndGradient(on:)` but for
  /// rounding, and the same bit for bit on any number of threads.
  ///
  /// - Parameters:
  ///   - images: Images of two classes.
  ///   - positions: Which of them to learn from.
  /// - Precondition: There is at least one position, the network has a hidden
  ///   layer and one output, and as many features as an image has bytes.
  package func lossAndGradient(
    over images: LabelledImages, at positions: [Int]
  ) -> (loss: Scalar, gradient: Network) {
    precondition(!positions.isEmpty, "no images to learn from")
    let (blockSize, parts) = (128, 8)
    let blocks = stride(from: 0, to: positions.count, by: blockSize).map {
      positions[$0..<min($0 + blockSize, positions.count)]
    }
    let cut = CutNetwork(self)
    let sums = concurrentMap(parts) { part in
      let first = part * blocks.count / parts
      let end = (part + 1) * blocks.count / parts
      return cut.lossAndSlopes(
        over: images, blocks[first..<end], of: positions.count)
    }
    var (loss, slopes) = sums[0]
    for sum in sums.dropFirst() {
      loss += sum.loss
      slopes.add(sum.slopes)
    }
    return (loss, slopes.network)
  }
}

extension CutNetwork {
  /// Returns the shares of some blocks in the loss of `count` images, summed.
  func lossAndSlopes(
    over images: LabelledImages, _ blocks: ArraySlice<ArraySlice<Int>>,
    of count: Int
  ) -> (loss: Scalar, slopes: CutNetwork) {
    var sheet = BlockSheet(rest: Worksheet(for: rest))
    var (loss, slopes) = (Scalar(0), self)
    slopes.clear()
    for block in blocks {
      let share = Scalar(count: block.count) / Scalar(count: count)
      loss += walk(
        over: images, block, share: share, addingTo: &slopes, on: &sheet)
    }
    return (loss, slopes)
  }

  /// Makes every weight and bias zero.
  mutating func clear() {
    for index in stretches.indices { stretches[index].fill(with: 0) }
    bias = Vector(repeating: 0, count: bias.count)
    rest.clear()
  }

  /// Adds the slopes of other blocks.
  mutating func add(_ other: CutNetwork) {
    for index in stretches.indices {
      stretches[index].add(1, times: other.stretches[index])
    }
    bias.add(1, times: other.bias)
    rest.add(1, times: other.rest)
  }
}

extension Network {
  /// Makes every weight and bias zero.
  mutating func clear() {
    for index in layers.indices {
      layers[index].weights.fill(with: 0)
      layers[index].bias = Vector(repeating: 0, count: layers[index].bias.count)
    }
  }

  /// Adds a multiple of another network's weights and biases.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  mutating func add(_ scale: Scalar, times other: Network) {
    for index in layers.indices {
      let layer = other.layers[index]
      layers[index].weights.add(scale, times: layer.weights)
      layers[index].bias.add(scale, times: layer.bias)
    }
  }
}
