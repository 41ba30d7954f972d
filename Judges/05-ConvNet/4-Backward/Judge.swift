import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  let formula = Convolution(exam)
  exam.part("the forward pass, as it was given")
  try formula.judgeForwards(exam)
  exam.part("shapes")
  try formula.judgeShapes(exam)
  exam.part("every gradient")
  try exam.certify(formula)
}

/// The answer as a formula: maps under a random upstream.
private struct Convolution: AlgebraicFormula {
  let name = "the convolution"
  let evaluationPoint: [Tensor<Double>]
  let upstream: [[Matrix<Double>]]
  let size = Size()

  /// Two images of two channels, three filters, and nothing square.
  struct Size {
    let images = 2
    let channels = 2
    let filters = 3
    let image = (height: 3, width: 4)
    let kernel = (height: 3, width: 2)
    let stride = 2
    let padding = 1
    var maps: (rows: Int, columns: Int) {
      (
        (image.height + 2 * padding - kernel.height) / stride + 1,
        (image.width + 2 * padding - kernel.width) / stride + 1
      )
    }
  }

  init(_ exam: Exam) {
    var random = exam.random("convolution")
    let size = size
    var evaluationPoint: [Tensor<Double>] = []
    for f in 0..<size.filters {
      for c in 0..<size.channels {
        evaluationPoint.append(
          Tensor(
            "filters[\(f)][\(c)]",
            .dyadic(size.kernel.height, size.kernel.width, using: &random)))
      }
    }
    evaluationPoint.append(Tensor("bias", Vector.dyadic(size.filters, using: &random)))
    for n in 0..<size.images {
      for c in 0..<size.channels {
        evaluationPoint.append(
          Tensor("x[\(n)][\(c)]", .dyadic(size.image.height, size.image.width, using: &random)))
      }
    }
    self.evaluationPoint = evaluationPoint
    upstream = (0..<size.images).map { _ in
      (0..<size.filters).map { _ in .dyadic(size.maps.rows, size.maps.columns, using: &random) }
    }
  }

  func loss<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> Scalar {
    let (x, filters, bias) = parts(of: w)
    let z = maps(
      of: x, by: filters, bias: bias, stride: size.stride, padding: size.padding)
    var loss: Scalar = 0
    for (maps, gradients) in zip(z, upstream) {
      for (map, gradient) in zip(maps, gradients) { loss += (Matrix<Scalar>(gradient) ⊙ map).sum }
    }
    return loss
  }

  func gradient<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> [Tensor<Scalar>] {
    tensors(of: answer(at: w))
  }

  var clues: Clues {
    let (x, filters, _) = parts(of: evaluationPoint)
    func mistake(_ name: String, _ change: (inout WayBack) -> Void) -> Clues.Mistake {
      var way = WayBack(stride: size.stride, padding: size.padding)
      change(&way)
      return Clues.Mistake(
        name, gradient: tensors(of: way.gradients(from: upstream, to: x, through: filters)))
    }
    return Clues(
      counts: [
        ("the number of positions", size.maps.rows * size.maps.columns),
        ("the number of images", size.images),
      ],
      mistakes: [
        mistake("only the last image counts: assigned, or begun anew, for each image") {
          $0.images = .last
        },
        mistake("only the first image counts") { $0.images = .first },
        mistake("the last window that saw a pixel wins: assigned where it should be added") {
          $0.assigned = .pixels
        },
        mistake("the last position that a weight was used at wins: assigned, not added") {
          $0.assigned = .weights
        },
        mistake("the last place of the last image wins: assigned where it should be added") {
          $0.assigned = .bias
        },
        mistake("the stride is left out: the window moves by 1") { $0.stride = 1 },
        mistake("the padding is left out: the first window begins outside the image") {
          $0.padding = 0
        },
        mistake("the kernel is turned round, but the window passes as it did forwards") {
          $0.isTurned = true
        },
        mistake("the channels are exchanged") { $0.exchangesChannels = true },
        mistake("only the last channel counts") { $0.lastChannelOnly = true },
      ])
  }

  /// Asks whether the forward pass is still the one that was given.
  ///
  /// The loss is linear in the images and the bias, so its right gradients give its value. Nothing
  /// is rounded: all numbers are of few bits.
  func judgeForwards(_ exam: Exam) throws {
    let (x, filters, bias) = parts(of: evaluationPoint)
    let way = WayBack(stride: size.stride, padding: size.padding)
    let right = way.gradients(from: upstream, to: x, through: filters)
    let value = zip(x.joined(), right.x.joined()).map { ($0 ⊙ $1).sum }.reduce(0, +)
    try exam.check(
      loss(at: evaluationPoint) == value + bias.dot(right.bias),
      "`maps` gives other maps than it did",
      cause: "the forward pass is right as it is given: put it back")
  }

  /// Asks for gradients of the shapes of what they belong to.
  func judgeShapes(_ exam: Exam) throws {
    let (x, filters, _) = parts(of: evaluationPoint)
    let ours = answer(at: evaluationPoint)
    func shapes(_ matrices: [[Matrix<Double>]]) -> [[[Int]]] {
      matrices.map { $0.map { [$0.rows, $0.columns] } }
    }
    try exam.expect(shapes(ours.x), equals: shapes(x), of: "the shape of gradients.x")
    try exam.expect(
      shapes(ours.filters), equals: shapes(filters), of: "the shape of gradients.filters",
      expectedMistakes: [
        "filters and channels are exchanged":
          shapes(filters[0].indices.map { c in filters.map { $0[c] } })
      ])
    try exam.expect(
      ours.bias.count, equals: size.filters, of: "the number of gradients in the bias",
      expectedMistakes: ["a sum over the positions is missing": size.maps.rows * size.maps.columns])
  }

  private func answer<Scalar: Field>(at w: [Tensor<Scalar>]) -> Gradients<Scalar> {
    let (x, filters, _) = parts(of: w)
    return gradients(
      from: upstream.map { $0.map { Matrix($0) } }, to: x, through: filters,
      stride: size.stride, padding: size.padding)
  }

  private func parts<Scalar: Field>(
    of w: [Tensor<Scalar>]
  ) -> (x: [[Matrix<Scalar>]], filters: [[Matrix<Scalar>]], bias: Vector<Scalar>) {
    let bias = size.filters * size.channels
    func block(_ start: Int, _ count: Int) -> [[Matrix<Scalar>]] {
      (0..<count).map { outer in
        (0..<size.channels).map { w[start + outer * size.channels + $0].matrix }
      }
    }
    return (block(bias + 1, size.images), block(0, size.filters), w[bias].vector)
  }

  private func tensors<Scalar: Field>(of gradients: Gradients<Scalar>) -> [Tensor<Scalar>] {
    let matrices = gradients.filters.flatMap(\.self) + gradients.x.flatMap(\.self)
    var tensors = zip(evaluationPoint.filter { $0.shape.count == 2 }, matrices).map {
      Tensor($0.name, $1)
    }
    tensors.insert(Tensor("bias", gradients.bias), at: size.filters * size.channels)
    return tensors
  }
}

/// The backward pass with a mistake in it.
private struct WayBack {
  enum Images { case all, first, last }
  enum Assigned { case nothing, pixels, weights, bias }

  var stride: Int
  var padding: Int
  var images = Images.all
  var assigned = Assigned.nothing
  var isTurned = false
  var exchangesChannels = false
  var lastChannelOnly = false

  init(stride: Int, padding: Int) { (self.stride, self.padding) = (stride, padding) }

  func gradients(
    from dZ: [[Matrix<Double>]], to x: [[Matrix<Double>]], through filters: [[Matrix<Double>]]
  ) -> Gradients<Double> {
    func zeros(_ matrix: Matrix<Double>) -> Matrix<Double> {
      Matrix(rows: matrix.rows, columns: matrix.columns, repeating: 0)
    }
    var gradients = Gradients(
      x: x.map { $0.map(zeros) }, filters: filters.map { $0.map(zeros) },
      bias: Vector(repeating: 0, count: filters.count))
    for n in x.indices where counts(n, of: x.count) {
      for f in filters.indices {
        for a in 0..<dZ[n][f].rows {
          for b in 0..<dZ[n][f].columns {
            let dz = dZ[n][f][a, b]
            gradients.bias[f] = (assigned == .bias ? 0 : gradients.bias[f]) + dz
            add(dz, n, f, (a, b), x, filters, to: &gradients)
          }
        }
      }
    }
    return gradients
  }

  private func add(
    _ dz: Double, _ n: Int, _ f: Int, _ position: (a: Int, b: Int), _ x: [[Matrix<Double>]],
    _ filters: [[Matrix<Double>]], to gradients: inout Gradients<Double>
  ) {
    let (k, l) = (filters[f][0].rows, filters[f][0].columns)
    for c in x[n].indices where !lastChannelOnly || c == x[n].count - 1 {
      for (i, j) in (0..<k * l).map({ ($0 / l, $0 % l) }) {
        let (row, column) = (position.a * stride + i - padding, position.b * stride + j - padding)
        guard 0..<x[n][c].rows ~= row, 0..<x[n][c].columns ~= column else { continue }
        let channel = exchangesChannels ? x[n].count - 1 - c : c
        let weight =
          isTurned ? filters[f][channel][k - 1 - i, l - 1 - j] : filters[f][channel][i, j]
        let (dw, dx) = (x[n][channel][row, column] * dz, weight * dz)
        let (target, source) = isTurned ? (k - 1 - i, l - 1 - j) : (i, j)
        gradients.filters[f][c][target, source] =
          (assigned == .weights ? 0 : gradients.filters[f][c][target, source]) + dw
        gradients.x[n][c][row, column] =
          (assigned == .pixels ? 0 : gradients.x[n][c][row, column]) + dx
      }
    }
  }

  private func counts(_ n: Int, of count: Int) -> Bool {
    switch images {
    case .all: true
    case .first: n == 0
    case .last: n == count - 1
    }
  }
}
