import Workbook

extension GradientFile {
  /// What a gradient file holds, for `certify --explain`.
  public static let explanation = """
    A gradient file is a .npz as np.savez writes it, a .safetensors, or a folder of .npy. K is the
    number of a layer in the description, as in PyTorch's nn.Sequential.

      x               the batch: [examples, inputs]; as columns [inputs, examples]; images
                      [examples, channels, height, width] or [examples, height, width, channels]
      y               the targets, arranged as the outputs; for cross-entropy also classes [examples]
      loss            the loss that your program computed, one number
      K.weight        linear [out, in] or [in, out]; conv2d [out, in, height, width] or
                      [height, width, in, out]; batch norm γ [features]
      K.bias          [out]; batch norm β
      K.weight.grad   the gradients that your program computed, in the shapes of the parameters
      K.bias.grad
      K.mask          the mask of dropout as it was multiplied: 0 or 1 / (1 − p)
      x.grad          the gradient in the batch, if you want it judged
      description     JSON as bytes of UTF-8 (an array of uint8); in a .safetensors the entry
                      "description" of its metadata; in a folder also description.json

    The description:

      {"layers": ["linear", "relu", {"kind": "conv2d", "stride": 2, "padding": 1}],
       "loss": "cross-entropy"}

      layers      linear, conv2d, relu, leaky relu, tanh, sigmoid, softmax, identity, maxpool2d,
                  flatten, batch norm or dropout, each a name or an object with "kind" and its
                  settings: conv2d has stride and padding (a number, or vertical
                  and horizontal), maxpool2d size, stride (its size) and padding, leaky relu slope
                  (0.01), batch norm epsilon (1e-5)
      loss        mse, half-mse, mae, bce (of probabilities), bce-with-logits or cross-entropy (of
                  logits, and of probabilities where the last layer is softmax)
      reduction   mean (as PyTorch: over all outputs; over the examples for cross-entropy), mean over
                  examples (summed over the outputs of one), or sum
      l2          λ where λ Σ W² of all weights but biases is added; {"lambda": λ, "factor": 0.5}
                  for half of it
      layout      of linear weights: out,in or in,out
      examples    rows or columns
      images      NCHW or NHWC
      kernels     out,in,height,width or height,width,in,out
      precision   float16, bfloat16, float32 or float64, in which the gradients were computed; the
                  coarsest type in the file unless said otherwise

    What the shapes tell need not be said. Where they leave a choice, the tool asks.

    """

  /// Refuses a file that lacks gradients which somebody asks for.
  ///
  /// - Throws: `InputError` with the names that are missing.
  public func require(_ names: [String]) throws(InputError) {
    let judged = network.judged.filter { $0.given != nil }.map { $0.name + ".grad" }
    let missing = names.filter { !judged.contains($0) }
    guard !missing.isEmpty else { return }
    throw InputError(
      .damaged, network.path,
      "it lacks \(missing.map(\.quoted).list), which is required; it has "
        + (judged.isEmpty ? "none" : judged.joined(separator: ", "))
    )
  }
}
