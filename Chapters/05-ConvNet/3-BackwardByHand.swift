import Workbook

/*:
 ## Backwards, by hand

 A layer receives the gradient $\mathrm{d}z$ of its output and owes two answers:
 the gradient of its kernel, and the gradient of its signal. The second is for
 the layer before it. Here is a window of two weights on a signal of four
 entries, with a gradient at each of its three positions. The highlighted cells
 belong to the middle position.

 ![Forward: a signal, a kernel, the output, and a gradient of the
 output](figure:by-hand-forward)

 The middle position adds $w_0 x_1$ to its
 output. If $w_0$ grows a little, $z_1$ grows $x_1$ times as much; if $x_1$
 grows, $z_1$ grows $w_0$ times as much. So each product of the forward pass
 hands back two numbers:

 $$
 z_i \mathrel{+}= w_j \, x_{i+j}
 \qquad \text{gives} \qquad
 \mathrm{d}w_j \mathrel{+}= x_{i+j} \, \mathrm{d}z_i, \quad
 \mathrm{d}x_{i+j} \mathrel{+}= w_j \, \mathrm{d}z_i
 $$

 A weight is used at every position, so its gradient is a *sum over the
 positions*. The first weight meets the entries $x_0$, $x_1$ and $x_2$. Its
 gradient is

 $$
 \mathrm{d}w_0
 = x_0 \, \mathrm{d}z_0 + x_1 \, \mathrm{d}z_1 + x_2 \, \mathrm{d}z_2
 $$

 which here is \(back.w0.0) + \(back.w0.1) + (\(back.w0.2)) = \(back.w0). Write
 the entries under each window as a row of a matrix. The gradient of the kernel
 is the transpose of that matrix times $\mathrm{d}z$.

 ![The gradient of the kernel](figure:by-hand-kernel)

 > **Guess:** Two windows cover the entry $x_1$, one of them with its second
 > weight, the other with its first. What is the gradient of $x_1$?
 >
 > The first window hands back $w_1 \, \mathrm{d}z_0$, which is \(back.x1.0).
 > The second hands back $w_0 \, \mathrm{d}z_1$, which is \(back.x1.1). Both
 > count: paths add, and the gradient is \(back.x1).

 Each window lays its kernel, times its $\mathrm{d}z$, where it stood. The
 column sums are the gradient of the signal.

 ![The gradient of the signal: what each window hands back, and the
 sums](figure:by-hand-signal)
 */

/// Returns the gradients of a kernel and of a signal, by loops.
func correlationGradients<Scalar: Field>(
  from dz: Vector<Scalar>, to x: Vector<Scalar>, with kernel: Vector<Scalar>,
  stride: Int = 1, padding: Int = 0
) -> (dKernel: Vector<Scalar>, dX: Vector<Scalar>) {
  var dKernel = Vector<Scalar>(repeating: 0, count: kernel.count)
  var dX = Vector<Scalar>(repeating: 0, count: x.count)
  for position in 0..<dz.count {
    for j in 0..<kernel.count {
      let i = position * stride - padding + j
      guard 0..<x.count ~= i else { continue }
      dKernel[j] += x[i] * dz[position]
      dX[i] += kernel[j] * dz[position]
    }
  }
  return (dKernel, dX)
}

/*:
 The output is linear in the signal and in the kernel. So a difference quotient
 has no error here: add one to a weight or to an entry, and the sum of
 $\mathrm{d}z_i z_i$ grows by the gradient, exactly. The run does so for each.
 */

//#-hidden-code
/// Computes the gradients of a small signal and kernel, and adds one to each
/// number to confirm them.
func correlateBackwards(on run: inout RunRecorder) throws(WindowError) {
  run.section("A window in one dimension, backwards")
  run.ask("Two windows cover an entry of the signal. What is its gradient?")
  let (x, kernel): (Vector<Rational>, Vector<Rational>) = (
    [1, 3, 2, 4], [2, -1]
  )
  let dz: Vector<Rational> = [1, 2, -1]
  let (dKernel, dX) = correlationGradients(from: dz, to: x, with: kernel)
  let z = try crossCorrelation(of: x, with: kernel)
  drawCorrelation(on: &run, x, kernel, z, dz, dKernel, dX)
  for position in 0..<dz.count {
    run.record(
      Double(x[position] * dz[position]), .count,
      as: "back.w0.\(position)", label: "w0 at position \(position)")
  }
  run.record(Double(dKernel[0]), .count, as: "back.w0", label: "dw0")
  run.record(
    Double(kernel[1] * dz[0]), .count, as: "back.x1.0", label: "x1, window 0")
  run.record(
    Double(kernel[0] * dz[1]), .count, as: "back.x1.1", label: "x1, window 1")
  run.record(Double(dX[1]), .count, as: "back.x1", label: "dx1")

  let loss = dz.dot(z)
  var isEqual = true
  for index in 0..<x.count {
    var moved = x
    moved[index] += 1
    let more = try dz.dot(crossCorrelation(of: moved, with: kernel)) - loss
    isEqual = isEqual && more == dX[index]
  }
  for index in 0..<kernel.count {
    var moved = kernel
    moved[index] += 1
    let more = try dz.dot(crossCorrelation(of: x, with: moved)) - loss
    isEqual = isEqual && more == dKernel[index]
  }
  run.check(
    "the gradients of a signal and its kernel are the difference quotients",
    isEqual, detail: "equal in exact fractions, with a step of one")
}

/// Draws both passes of a window of two over a signal.
private func drawCorrelation(
  on run: inout RunRecorder, _ x: Vector<Rational>, _ kernel: Vector<Rational>,
  _ z: Vector<Rational>, _ dz: Vector<Rational>, _ dKernel: Vector<Rational>,
  _ dX: Vector<Rational>
) {
  let under = [1, 2]  // the entries under the middle window
  run.show(
    Figure(
      "by-hand-forward",
      GridDiagram([
        .init("signal x", .row(x) { under.contains($0) ? 0 : nil }, sign: "×"),
        .init("kernel w", .row(kernel) { _ in 0 }, sign: "="),
        .init("output z", .row(z) { $0 == 1 ? 0 : nil }),
        .init("gradient dz", .row(dz) { $0 == 1 ? 0 : nil }),
      ])))
  let names = ["window 0", "window 1", "window 2"]
  let patches = (0..<z.count).map { position in
    (0..<kernel.count).map { j in
      GridDiagram.Cell(Double(x[position + j]), highlight: j == 0 ? 0 : nil)
    }
  }
  run.show(
    Figure(
      "by-hand-kernel",
      GridDiagram([
        .init(
          "entries under each window", patches, rowLabels: names, sign: "×"),
        .init("dz", dz.elements.map { [.init(Double($0))] }, sign: "→"),
        .init(
          "dw: dz times each column, added", .row(dKernel) { $0 == 0 ? 0 : nil }
        ),
      ])))
  let laid = (0..<z.count).map { position in
    (0..<x.count).map { index -> GridDiagram.Cell in
      let j = index - position
      let isUnder = 0..<kernel.count ~= j
      return .init(
        isUnder ? Double(kernel[j] * dz[position]) : nil,
        highlight: isUnder && index == 1 ? 0 : nil)
    }
  }
  run.show(
    Figure(
      "by-hand-signal",
      GridDiagram([
        .init(
          "kernel times dz, laid under each window", laid, rowLabels: names,
          sign: "→"),
        .init("dx: the column sums", .row(dX) { $0 == 1 ? 0 : nil }),
      ])))
}

extension [[GridDiagram.Cell]] {
  /// Returns a row of numbers, highlighted where a function says so.
  static func row(
    _ numbers: Vector<Rational>, highlight: (Int) -> Int? = { _ in nil }
  ) -> Self {
    [
      numbers.elements.enumerated().map {
        .init(Double($1), highlight: highlight($0))
      }
    ]
  }

  /// Returns an image of one channel, highlighted where a function says so.
  static func image(
    _ numbers: Vector<Rational>, width: Int,
    highlight: (_ row: Int, _ column: Int) -> Int? = { _, _ in nil }
  ) -> Self {
    (0..<numbers.count / width).map { row in
      (0..<width).map { column in
        .init(
          Double(numbers[row * width + column]),
          highlight: highlight(row, column))
      }
    }
  }
}
//#-end-hidden-code
