import BinaryClassifier
import Regression
import Workbook

/*:
 ## The convolution layer

 A convolution layer is the layer of [chapter 3](chapter:3), weights, bias and
 activation, applied to patches. A max-pooling may follow:

 $$
 \begin{aligned}
 P &= \mathrm{im2col}(X) && [\text{positions}, \text{patch}] \\
 Z &= P K + c && [\text{positions}, \text{filters}] \\
 H &= \varphi(Z) && [\text{positions}, \text{filters}]
 \end{aligned}
 $$

 Here are both passes of one image in their plain form.
 */

extension ConvolutionLayer {
  /// Returns the layer's output for an image, `[height · width · filters]`.
  func plainOutput(of x: Vector<Scalar>) -> Vector<Scalar> {
    let patches = geometry.im2col(x)  // P, [positions, patch]
    let z = patches • layer.weights + layer.bias  // [positions, filters]
    let h = Vector(layer.activation(z).elements)
    return pooling?.maxima(of: h).maxima ?? h
  }
}

/*:
 The backward pass goes through the same steps in reverse order: max-pooling,
 activation, and the four lines of the convolution. As always the gradient
 of the layer's weights is stored in a layer.
 */

extension ConvolutionLayer {
  /// Returns the gradient of the weights and the bias, and that of the image.
  func plainGradient(
    from dOutput: Vector<Scalar>, to x: Vector<Scalar>
  ) -> (gradient: Layer<Scalar>, dX: Vector<Scalar>) {
    let patches = geometry.im2col(x)  // P, [positions, patch]
    let z = patches • layer.weights + layer.bias  // [positions, filters]
    var dH = dOutput
    if let pooling {
      let h = Vector(layer.activation(z).elements)
      let argmax = pooling.maxima(of: h).argmax
      dH = pooling.gradient(from: dOutput, argmax: argmax)
    }
    let dZ =
      Matrix(rows: z.rows, columns: z.columns, elements: dH.elements)
      ⊙ layer.activation.derivative(at: z)  // [positions, filters]
    var gradient = layer
    gradient.weights = patches.transposed • dZ  // dK, [patch, filters]
    gradient.bias = dZ.sumOfRows  // dc, [filters]
    let dPatches = dZ • layer.weights.transposed  // dP, [positions, patch]
    return (gradient, geometry.col2im(dPatches))
  }
}

/*:
 After a few such layers the image is read as a row of numbers. It is the input
 of a network of [chapter 3](chapter:3), the **head**, which has the loss.

 A filter has one weight for each entry of a patch, so the size of a patch is
 the fan-in of He's initialisation. A window that does not fit its image is an
 error before the network is made.
 */

//#-hidden-code
/// Convolution, activation, and perhaps max-pooling.
package struct ConvolutionLayer<Scalar: OrderedField>: Sendable {
  /// How the window moves over the image.
  package let geometry: ConvolutionGeometry
  /// The layer for each patch: W `[patch, filters]`, b `[filters]`, φ.
  package var layer: Layer<Scalar>
  /// How the window of the max-pooling moves, if there is one.
  package let pooling: ConvolutionGeometry?

  package init(
    geometry: ConvolutionGeometry, layer: Layer<Scalar>,
    pooling: ConvolutionGeometry?
  ) {
    (self.geometry, self.layer, self.pooling) = (geometry, layer, pooling)
  }
}

extension ConvolutionLayer {
  /// The shape of the activations, before the max-pooling.
  var inner: ImageShape {
    ImageShape(geometry.rows, geometry.columns, layer.bias.count)
  }
  /// The shape of the output.
  package var output: ImageShape {
    pooling.map { ImageShape($0.rows, $0.columns, $0.image.channels) } ?? inner
  }
}

/// Convolution layers, followed by a network of chapter 3.
package struct ConvNet<Scalar: OrderedField>: Sendable {
  package var layers: [ConvolutionLayer<Scalar>]
  package var head: Network<Scalar>

  package init(
    layers: [ConvolutionLayer<Scalar>], head: Network<Scalar>
  ) {
    (self.layers, self.head) = (layers, head)
  }
}

/// What a convolution layer is made of, for any type of number.
///
/// `Numbers` is `Algebraic` or `Analytic`, as in an `Architecture`.
package struct ConvolutionDescription<Numbers>: Sendable {
  let filters: Int
  let window: Window
  let activation: ActivationKind<Numbers>
  let pooling: Window?

  package init(
    _ filters: Int, _ window: Window,
    _ activation: ActivationKind<Numbers> = .relu, pooling: Window? = nil
  ) {
    self.filters = filters
    self.window = window
    self.activation = activation
    self.pooling = pooling
  }
}

/// How the window of a convolution moves, and that of its max-pooling, if any.
package typealias GeometryPair = (
  convolution: ConvolutionGeometry, pooling: ConvolutionGeometry?
)

extension ConvolutionDescription {
  /// Returns how both windows move over an image.
  ///
  /// - Throws: `WindowError` where one does not fit.
  func geometries(
    over image: ImageShape
  ) throws(WindowError) -> GeometryPair {
    let geometry = try ConvolutionGeometry(of: window, over: image)
    guard let pooling else { return (geometry, nil) }
    for axis in [pooling.vertical, pooling.horizontal]
    where axis.padding > 0 && axis.padding >= axis.size {
      throw .nothingInside(axis)
    }
    let inner = ImageShape(geometry.rows, geometry.columns, filters)
    return (geometry, try ConvolutionGeometry(of: pooling, over: inner))
  }
}

extension ConvNet where Scalar: FloatingField {
  /// Creates a network with random weights.
  ///
  /// - Parameters:
  ///   - image: The shape of an image.
  ///   - convolutions: The convolution layers.
  ///   - head: The widths and activations of the layers after them.
  ///   - loss: The loss, which must fit the last activation.
  ///   - random: The generator of the weights.
  /// - Throws: `WindowError` where a window does not fit, `ArchitectureError`
  ///   where the head does not.
  package init(
    _ image: ImageShape, _ convolutions: [ConvolutionDescription<Analytic>],
    head: [Architecture<Analytic>.Entry], loss: Loss<Scalar>,
    using random: inout SplitMix64
  ) throws {
    var image = image
    layers = []
    for convolution in convolutions {
      let (geometry, pooling) = try convolution.geometries(over: image)
      let layer = ConvolutionLayer(
        geometry: geometry,
        layer: Layer(
          fanIn: geometry.patchSize, fanOut: convolution.filters,
          activation: convolution.activation.activation(in: Scalar.self),
          using: &random),
        pooling: pooling)
      layers.append(layer)
      image = layer.output
    }
    self.head = try Network(
      Architecture([.width(image.size)] + head), loss: loss, using: &random)
  }
}
//#-end-hidden-code
