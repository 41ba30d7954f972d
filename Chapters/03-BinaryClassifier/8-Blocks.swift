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
 examples, and a sum can be taken in pieces. Cut the $n$ examples into blocks $B$
 of a few dozen each:

 $$
 L = \sum_B \frac{|B|}{n} \, L_B, \qquad
 \mathrm{d}W = \sum_B \frac{|B|}{n} \, \mathrm{d}W_B
 $$

 Take one block at a time, walk forwards and backwards over it, and add its share
 to the sum. Its bytes come from memory once: when the backward pass asks for
 them again, they are still near. And they stay bytes. The two products in which
 pixels take part make a number of each where it is multiplied, and no matrix $X$
 is ever made.

 Both want the first weights transposed, so that the weights of a unit lie side by
 side as the pixels of an image do. The slopes have the same form.
 */

/// A network that looks at bytes, or its slopes.
struct ImageNetwork<Scalar: FloatingField>: Sendable {
  /// The first weights, transposed: Wᵀ, `[out, pixels]`.
  var weights: Matrix<Scalar>
  /// The bias of the first layer, `[out]`.
  var bias: Vector<Scalar>
  /// The curve of the first layer.
  let activation: Activation<Scalar>
  /// All layers behind the first, and the loss.
  var rest: Network<Scalar>

  /// Turns a network's first weights over.
  ///
  /// - Precondition: It has a hidden layer.
  init(_ network: Network<Scalar>) {
    precondition(network.layers.count > 1, "a network without a hidden layer")
    let first = network.layers[0]
    weights = Matrix(first.weights.transposed)
    (bias, activation) = (first.bias, first.activation)
    rest = Network(
      layers: Array(network.layers.dropFirst()), loss: network.loss)
  }

  /// The same layers as a network.
  var network: Network<Scalar> {
    let first = Layer(
      weights: Matrix(weights.transposed), bias: bias, activation: activation)
    return Network(layers: [first] + rest.layers, loss: rest.loss)
  }
}

/*:
 Behind the first layer nothing is large, and the code of this chapter walks
 over it as it is. It is asked for $\mathrm{d}X$, the slope in what it received,
 and the lines of the first layer are all that is new.
 */

/// What is written down for a block, and written over by the next.
struct BlockSheet<Scalar: FloatingField>: Sendable {
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

extension ImageNetwork {
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
    addingTo slopes: inout ImageNetwork, on sheet: inout BlockSheet<Scalar>
  ) -> Scalar {
    images.writeBinary(block, over: &sheet.y)

    // Forwards, through the first layer and all others.
    sheet.z.reshape(rows: block.count, columns: bias.count)
    sheet.z.fill(with: 0)
    images.addProduct(of: block, timesTransposed: weights, to: &sheet.z)
    sheet.z.addToEachRow(bias)
    activation.write(valuesAt: sheet.z, over: &sheet.a)  // [block, out]
    let loss = rest.lossAndGradient(
      from: sheet.a, to: sheet.y, on: &sheet.rest, wantsDX: true)
    slopes.rest.add(share, times: sheet.rest.gradient)

    // Backwards, through the first layer. What arrives there becomes dZ.
    activation.write(slopesAt: sheet.z, over: &sheet.curve)
    sheet.rest.dX.multiply(by: sheet.curve)
    sheet.rest.dX.multiply(by: share)  // [block, out]
    images.addProduct(
      ofTransposed: sheet.rest.dX, times: block, to: &slopes.weights)
    slopes.bias.add(1, times: sheet.rest.dX.sumOfRows)
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
    let (blockSize, parts) = (64, 8)
    let blocks = stride(from: 0, to: positions.count, by: blockSize).map {
      positions[$0..<min($0 + blockSize, positions.count)]
    }
    let network = ImageNetwork(self)
    let sums = concurrentMap(parts) { part in
      let first = part * blocks.count / parts
      let end = (part + 1) * blocks.count / parts
      return network.lossAndSlopes(
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

extension ImageNetwork {
  /// Returns the shares of some blocks in the loss of `count` images, summed.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func lossAndSlopes(
    over images: LabelledImages, _ blocks: ArraySlice<ArraySlice<Int>>,
    of count: Int
  ) -> (loss: Scalar, slopes: ImageNetwork) {
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
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  mutating func clear() {
    weights.fill(with: 0)
    bias = Vector(repeating: 0, count: bias.count)
    rest.clear()
  }

  /// Adds the slopes of other blocks.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  mutating func add(_ other: ImageNetwork) {
    weights.add(1, times: other.weights)
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
