import Workbook

/*:
 ## A window, by hand

 The cure is to use the same weights at every position. A small window moves
 over the image, and what it learns at one position it knows at all of them.

 Begin with a signal, an image of one row, and a window of two weights, the
 **kernel**. At each position it returns the weighted sum of the entries under
 it.

 > **Guess:** The signal is $0\;0\;1\;1\;1\;0\;0$, and the weights are $-1$ and
 > $1$. What does the window return?
 >
 > It subtracts each entry from the next one. So it returns the edges of the
 > signal: a rise, and later a fall.
 >
 > ![A signal, and the output of a window of two](table:by-hand)

 For a kernel of $k$ weights the output at position $i$ is

 $$
 z_i = \sum_{j=0}^{k-1} w_j \, x_{is + j - p}
 $$

 The **stride** $s$ is the distance from one position to the next. The
 **padding** $p$ is the number of zeros before the first entry and after the
 last: with padding the window can also stand at the ends. A signal of $n$
 entries then has this number of output positions:

 $$
 \frac{n + 2p - k}{s} + 1
 $$

 If that is not a whole number, the window never covers the end of the padded
 signal. Most libraries round down without a warning. Here it is an error, and
 so is a window that is larger than the padded signal.

 ![Windows and the number of their output positions](table:output-positions)

 The sum is a loop. It needs only + and × of a number.
 */

/// Returns the cross-correlation of a signal with a kernel, `[positions]`.
func crossCorrelation<Scalar: Field>(
  of x: Vector<Scalar>, with kernel: Vector<Scalar>, stride: Int = 1,
  padding: Int = 0
) throws(WindowError) -> Vector<Scalar> {
  let window = WindowGeometry(kernel.count, stride: stride, padding: padding)
  let positions = try window.outputPositions(along: x.count)
  return Vector(count: positions) { position in
    let first = position * stride - padding
    let inside = kernel.elements.indices.filter { 0..<x.count ~= first + $0 }
    return inside.reduce(0) { $0 + kernel[$1] * x[first + $1] }
  }
}

/*:
 Mathematicians call this sum a **cross-correlation**, and with the kernel
 reversed a **convolution**. A network learns its kernels, so it makes no
 difference whether they are reversed. The field computes the cross-correlation
 and calls it a convolution, and so does this book.
 */

//#-hidden-code
/// Applies a window of two weights to a signal, and other windows to other
/// lengths.
func correlateByHand(on run: inout RunRecorder) throws(WindowError) {
  run.section("A window in one dimension")
  run.ask("The weights are −1 and 1. What is the output for 0 0 1 1 1 0 0?")
  let x: Vector<Double> = [0, 0, 1, 1, 1, 0, 0]
  let kernel: Vector<Double> = [-1, 1]
  var table = Table("by-hand", columns: ["", "entries"])
  func add(_ name: String, _ entries: Vector<Double>) {
    let words = entries.elements.map { NumberFormat.count.text(of: $0) }
    table.add([.text(name), .text(words.joined(separator: "  "))])
  }
  add("signal", x)
  add("kernel", kernel)
  let edges = try crossCorrelation(of: x, with: kernel)
  add("output", edges)
  add(
    "output with padding 1",
    try crossCorrelation(of: x, with: kernel, padding: 1))
  let reversed = Vector(Array(kernel.elements.reversed()))
  add(
    "output with the kernel reversed",
    try crossCorrelation(of: x, with: reversed))
  run.show(table)
  run.check(
    "a window of −1 and 1 finds the edges", edges == [0, 1, 0, 0, -1, 0],
    detail: "a rise, a fall, and zeros elsewhere")
  showOutputPositions(on: &run)
}

/// How a window moves along one axis.
package struct WindowGeometry: Equatable, Sendable {
  /// The number of entries under the window, k.
  package let size: Int
  /// The distance from one position to the next, s.
  package let stride: Int
  /// The number of zeros before the first entry and after the last, p.
  package let padding: Int

  package init(_ size: Int, stride: Int = 1, padding: Int = 0) {
    self.size = size
    self.stride = stride
    self.padding = padding
  }

  /// Returns the number of output positions along `length` entries.
  ///
  /// - Throws: `WindowError` where the window does not fit.
  package func outputPositions(along length: Int) throws(WindowError) -> Int {
    if size < 1 || stride < 1 || padding < 0 { throw .invalid(self) }
    let room = length + 2 * padding - size
    if room < 0 { throw .tooLarge(self, length: length) }
    if room % stride != 0 { throw .remainder(self, length: length) }
    return room / stride + 1
  }
}

/// Why a window cannot move along an axis.
package enum WindowError: Error, Equatable, CustomStringConvertible {
  case invalid(WindowGeometry)
  case tooLarge(WindowGeometry, length: Int)
  case remainder(WindowGeometry, length: Int)
  /// A max-pooling of which some windows would have nothing but padding in them.
  case nothingInside(WindowGeometry)

  package var description: String {
    switch self {
    case .invalid(let window):
      "\(window) is invalid: size and stride must be at least 1, padding at "
        + "least 0"
    case .tooLarge(let window, let length):
      "\(window) does not fit: the axis has \(length) entries, "
        + "\(length + 2 * window.padding) with padding; take a size of at most "
        + "\(length + 2 * window.padding), or a padding of at least "
        + "\((window.size - length + 1) / 2)"
    case .remainder(let window, let length):
      "\(window) does not cover the last \(window.rest(along: length)) of "
        + "\(length + 2 * window.padding) entries, padding included: "
        + window.remedy(for: length)
    case .nothingInside(let window):
      "\(window) is invalid for max-pooling: at the ends there would be nothing "
        + "but padding in it; take a padding below \(window.size)"
    }
  }
}

extension WindowGeometry {
  /// The number of entries at the end that the window never covers.
  fileprivate func rest(along length: Int) -> Int {
    (length + 2 * padding - size) % stride
  }

  /// Says which axes and strides would leave no rest.
  fileprivate func remedy(for length: Int) -> String {
    let rest = rest(along: length)
    let crop =
      length > rest
      ? "leave out its last \(rest), as PyTorch does unasked, " : ""
    return "\(crop)add \(stride - rest) to the axis of \(length), or take a "
      + "stride of 1"
  }
}

extension WindowGeometry: CustomStringConvertible {
  package var description: String {
    "a window of size \(size), stride \(stride) and padding \(padding)"
  }
}

extension WindowError {
  /// What is wrong, in as few words as fit in a table.
  fileprivate var brief: String {
    switch self {
    case .invalid: "error: invalid"
    case .tooLarge: "error: too large"
    case .remainder: "error: last entries not covered"
    case .nothingInside: "error: nothing but padding"
    }
  }
}

/// Shows how many output positions some windows have, and which do not fit.
func showOutputPositions(on run: inout RunRecorder) {
  var table = Table(
    "output-positions", columns: ["n", "k", "p", "s", "positions"])
  let cases: [(Int, WindowGeometry)] = [
    (28, WindowGeometry(3)), (28, WindowGeometry(3, padding: 1)),
    (28, WindowGeometry(2, stride: 2)), (27, WindowGeometry(3, stride: 2)),
    (27, WindowGeometry(2, stride: 2)), (5, WindowGeometry(7)),
    (5, WindowGeometry(7, padding: 1)),
  ]
  var errors = 0
  for (length, window) in cases {
    let start: [Table.Cell] = [
      .count(length), .count(window.size), .count(window.padding),
      .count(window.stride),
    ]
    do throws(WindowError) {
      table.add(start + [.count(try window.outputPositions(along: length))])
    } catch {
      errors += 1
      table.add(start + [.text(error.brief)])
    }
  }
  run.show(table)
  run.check(
    "a window that does not fit is an error", errors == 2,
    detail: "\(errors) of \(cases.count) windows")
}
//#-end-hidden-code
