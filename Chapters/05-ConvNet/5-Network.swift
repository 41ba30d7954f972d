import BinaryClassifier
import Regression
import Workbook

/*:
 ## A layer that looks through a window

 So a convolution layer is the layer of [chapter 3](chapter:3), weights, bias and
 activation, with a way for its window in front, and perhaps one for a window of
 maxima behind:

 $$
 \begin{aligned}
 P &= \mathrm{im2col}(X) && [\text{places}, \text{patch}] \\
 Z &= P K + c && [\text{places}, \text{filters}] \\
 H &= \varphi(Z) && [\text{places}, \text{filters}]
 \end{aligned}
 $$

 Behind a few such layers the image is read as a row of numbers, and a network of
 [chapter 3](chapter:3) takes over, with its loss.
 */

/// A layer that looks at an image through a window: convolution, curve, pooling.
package struct ConvolutionLayer<Scalar: OrderedField>: Sendable {
  /// The way of the window.
  package let path: WindowPath
  /// What is done with each patch: W `[patch, filters]`, b `[filters]`, φ.
  package var layer: Layer<Scalar>
  /// The way of the pooling window, if there is one.
  package let pooling: WindowPath?

  package init(
    path: WindowPath, layer: Layer<Scalar>, pooling: WindowPath?
  ) {
    (self.path, self.layer, self.pooling) = (path, layer, pooling)
  }

  /// The shape of what the activation gives.
  var inner: ImageShape {
    ImageShape(path.rows, path.columns, layer.bias.count)
  }
  /// The shape of what the layer gives.
  package var output: ImageShape {
    pooling.map { ImageShape($0.rows, $0.columns, $0.image.channels) } ?? inner
  }
}

/// Layers that look through windows, and behind them a network of chapter 3.
package struct ConvNet<Scalar: OrderedField>: Sendable {
  package var layers: [ConvolutionLayer<Scalar>]
  package var head: Network<Scalar>

  package init(
    layers: [ConvolutionLayer<Scalar>], head: Network<Scalar>
  ) {
    (self.layers, self.head) = (layers, head)
  }
}

/*:
 `ConvolutionPlan(8, Window(3), pooling: Window(2, stride: 2))` asks for eight
 filters of three by three, a ReLU, and maxima of two by two. The sizes follow
 from the image, and whatever does not fit is refused before there is a network.
 A filter adds up as many products as a patch has entries, so that is the number
 that He's rule wants for its weights.
 */

/// What a convolution layer is to be.
package struct ConvolutionPlan<Scalar: OrderedField>: Sendable {
  let filters: Int
  let window: Window
  let activation: Activation<Scalar>
  let pooling: Window?

  package init(
    _ filters: Int, _ window: Window, _ activation: Activation<Scalar> = .relu,
    pooling: Window? = nil
  ) {
    self.filters = filters
    self.window = window
    self.activation = activation
    self.pooling = pooling
  }
}

extension ConvolutionPlan {
  /// Returns the ways of the windows over an image.
  ///
  /// - Throws: `SlideError` where one does not fit.
  func paths(
    over image: ImageShape
  ) throws(SlideError) -> (path: WindowPath, pooling: WindowPath?) {
    let path = try WindowPath(of: window, over: image)
    guard let pooling else { return (path, nil) }
    let inner = ImageShape(path.rows, path.columns, filters)
    return (path, try WindowPath(of: pooling, over: inner))
  }
}

extension ConvNet where Scalar: FloatingField {
  /// Creates a network with random weights.
  ///
  /// - Parameters:
  ///   - image: The shape of an image.
  ///   - plans: The layers that look through windows.
  ///   - head: The widths and activations behind them.
  ///   - loss: The loss, which must fit the last activation.
  ///   - random: The generator of the weights.
  /// - Throws: `SlideError` or `ArchitectureError` where something does not fit.
  package init(
    _ image: ImageShape, _ plans: [ConvolutionPlan<Scalar>],
    head: [Architecture<Scalar>.Part], loss: Loss<Scalar>,
    using random: inout SplitMix64
  ) throws {
    var image = image
    layers = []
    for plan in plans {
      let (path, pooling) = try plan.paths(over: image)
      let layer = ConvolutionLayer(
        path: path,
        layer: Layer(
          fanIn: path.patchSize, fanOut: plan.filters,
          activation: plan.activation, using: &random),
        pooling: pooling)
      layers.append(layer)
      image = layer.output
    }
    self.head = try Network(
      Architecture([.width(image.size)] + head), loss: loss, using: &random)
  }
}
