import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  try certify(
    Size(images: 2, channels: 2, filters: 3, image: (3, 4), kernel: (3, 2), stride: 2, padding: 1),
    exam)
  let sizes = [
    Size(images: 2, channels: 6, filters: 5, image: (7, 8), kernel: (5, 3), stride: 3, padding: 2),
    Size(images: 5, channels: 2, filters: 3, image: (9, 10), kernel: (4, 3), stride: 1, padding: 0),
  ]
  for size in sizes {
    exam.part("more of everything: \(size.words)")
    let place = Place(exam, size)
    try place.judgeForwards(exam)
    try place.judgeShapes(exam)
    try place.judgeGradients(exam)
  }
  try certify(
    Size(images: 3, channels: 2, filters: 2, image: (3, 4), kernel: (2, 3), stride: 1, padding: 0),
    exam)
}

private func certify(_ size: Size, _ exam: Exam) throws {
  let formula = Convolution(exam, size)
  exam.part("the forward pass, as it was given, of \(size.words)")
  try formula.place.judgeForwards(exam)
  exam.part("shapes, of \(size.words)")
  try formula.place.judgeShapes(exam)
  exam.part("every gradient, of \(size.words)")
  try exam.certify(formula)
}

/// How many there are of what.
private struct Size {
  let images, channels, filters: Int
  let image, kernel: (height: Int, width: Int)
  let stride, padding: Int

  var maps: (rows: Int, columns: Int) {
    (
      (image.height + 2 * padding - kernel.height) / stride + 1,
      (image.width + 2 * padding - kernel.width) / stride + 1
    )
  }
  var words: String { "\(images) images of \(image.height) × \(image.width), stride \(stride)" }
}

/// Images, filters, a bias and the gradients that arrive in the maps.
private struct Place<Scalar: Field> {
  let size: Size
  let x, filters, upstream: [[Matrix<Scalar>]]
  let bias: Vector<Scalar>

  /// Returns the gradients that the answer gives.
  func answer() -> Slopes<Scalar> {
    let answer = gradients(
      from: upstream, to: x, through: filters, stride: size.stride, padding: size.padding)
    return Slopes(x: answer.x, filters: answer.filters, bias: answer.bias)
  }

  /// Returns the maps, by the formula.
  func forwards() -> [[Matrix<Scalar>]] {
    x.map { image in
      filters.indices.map { f in
        Matrix(rows: size.maps.rows, columns: size.maps.columns) { a, b in
          var z = bias[f]
          for tap in taps(size, a, b, stride: (size.stride, size.stride), padding: size.padding) {
            for c in image.indices {
              z += filters[f][c][tap.i, tap.j] * image[c][tap.row, tap.column]
            }
          }
          return z
        }
      }
    }
  }
}

extension Place<Double> {
  init(_ exam: Exam, _ size: Size) {
    var random = exam.random("convolution of \(size.words)")
    func blocks(_ outer: Int, _ inner: Int, _ rows: Int, _ columns: Int) -> [[Matrix<Double>]] {
      (0..<outer).map { _ in (0..<inner).map { _ in .dyadic(rows, columns, using: &random) } }
    }
    self.size = size
    filters = blocks(size.filters, size.channels, size.kernel.height, size.kernel.width)
    bias = .dyadic(size.filters, using: &random)
    x = blocks(size.images, size.channels, size.image.height, size.image.width)
    upstream = blocks(size.images, size.filters, size.maps.rows, size.maps.columns)
  }

  /// Asks whether the forward pass is still the one that was given. Nothing is rounded: all numbers
  /// are of few bits.
  func judgeForwards(_ exam: Exam) throws {
    let z = maps(of: x, by: filters, bias: bias, stride: size.stride, padding: size.padding)
    try exam.check(
      z == forwards(), "`maps` gives other maps than it did",
      cause: "the forward pass is right as it is given: put it back")
  }

  /// Asks for gradients of the shapes of what they belong to.
  func judgeShapes(_ exam: Exam) throws {
    let ours = answer()
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

  /// Asks for every gradient, which is a number without rounding.
  func judgeGradients(_ exam: Exam) throws {
    let (ours, right) = (answer(), WayBack().gradients(at: self))
    if ours == right { return }
    let cause = WayBack.mistakes(for: size).first { _, way in
      let wrong = way.gradients(at: self)
      return ours == wrong && wrong != right
    }?.name
    for f in filters.indices {
      for c in filters[f].indices {
        try exam.expect(
          ours.filters[f][c], equals: right.filters[f][c], of: "gradients.filters[\(f)][\(c)]",
          expectedMistakes: cause.map { [$0: ours.filters[f][c]] } ?? [:])
      }
    }
    try exam.expect(
      ours.bias, equals: right.bias, of: "gradients.bias",
      expectedMistakes: cause.map { [$0: ours.bias] } ?? [:])
    for n in x.indices {
      for c in x[n].indices {
        try exam.expect(
          ours.x[n][c], equals: right.x[n][c], of: "gradients.x[\(n)][\(c)]",
          expectedMistakes: cause.map { [$0: ours.x[n][c]] } ?? [:])
      }
    }
  }
}

/// The answer as a formula: maps under a random upstream.
private struct Convolution: AlgebraicFormula {
  var name: String { "the convolution of \(place.size.images) images" }
  let evaluationPoint: [Tensor<Double>]
  let place: Place<Double>

  init(_ exam: Exam, _ size: Size) {
    place = Place(exam, size)
    evaluationPoint = Self.tensors(
      of: Slopes(x: place.x, filters: place.filters, bias: place.bias))
  }

  func loss<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> Scalar {
    let place = place(of: w)
    var loss: Scalar = 0
    for (maps, gradients) in zip(place.forwards(), place.upstream) {
      for (map, gradient) in zip(maps, gradients) {
        for (z, dz) in zip(map.elements, gradient.elements) { loss += z * dz }
      }
    }
    return loss
  }

  func gradient<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> [Tensor<Scalar>] {
    Self.tensors(of: place(of: w).answer())
  }

  var clues: Clues {
    let (rows, columns) = place.size.maps
    return Clues(
      counts: [
        ("the number of positions", rows * columns),
        ("the number of images", place.size.images),
        ("the number of filters", place.size.filters),
        ("the number of positions and images", rows * columns * place.size.images),
      ],
      mistakes: WayBack.mistakes(for: place.size).map { name, way in
        Clues.Mistake(name, gradient: Self.tensors(of: way.gradients(at: place)))
      })
  }

  /// Returns a place whose parameters are given.
  private func place<Scalar: Field>(of w: [Tensor<Scalar>]) -> Place<Scalar> {
    let size = place.size
    let bias = size.filters * size.channels
    func block(_ start: Int, _ count: Int) -> [[Matrix<Scalar>]] {
      (0..<count).map { outer in
        (0..<size.channels).map { w[start + outer * size.channels + $0].matrix }
      }
    }
    return Place(
      size: size, x: block(bias + 1, size.images), filters: block(0, size.filters),
      upstream: place.upstream.map { $0.map { Matrix($0) } }, bias: w[bias].vector)
  }

  private static func tensors<Scalar: Field>(of slopes: Slopes<Scalar>) -> [Tensor<Scalar>] {
    func named(_ name: String, _ blocks: [[Matrix<Scalar>]]) -> [Tensor<Scalar>] {
      blocks.enumerated().flatMap { outer, block in
        block.enumerated().map { Tensor("\(name)[\(outer)][\($0)]", $1) }
      }
    }
    return named("filters", slopes.filters) + [Tensor("bias", slopes.bias)] + named("x", slopes.x)
  }
}

/// The gradients in images, filters and bias.
private struct Slopes<Scalar: Field>: Equatable {
  var x, filters: [[Matrix<Scalar>]]
  var bias: Vector<Scalar>
}

/// An entry of the kernel, and the pixel that it meets at some position.
private struct Tap {
  let i, j, row, column: Int
}

/// Returns the entries of the kernel that meet a pixel at a position.
private func taps(
  _ size: Size, _ a: Int, _ b: Int, stride: (Int, Int), padding: Int
) -> [Tap] {
  (0..<size.kernel.height * size.kernel.width).compactMap { entry in
    let (i, j) = (entry / size.kernel.width, entry % size.kernel.width)
    let (row, column) = (a * stride.0 + i - padding, b * stride.1 + j - padding)
    let isInside = 0..<size.image.height ~= row && 0..<size.image.width ~= column
    return isInside ? Tap(i: i, j: j, row: row, column: column) : nil
  }
}

/// The backward pass, with a mistake in it or without.
private struct WayBack {
  enum Images { case all, first, last }
  enum Assigned { case nothing, pixels, weights, bias }

  var stride: (Int, Int)?
  var padding: Int?
  var images = Images.all
  var assigned = Assigned.nothing
  var channels: (Int) -> Range<Int> = { 0..<$0 }
  var filters: (Int) -> Range<Int> = { 0..<$0 }
  var isTurned = false
  var exchangesChannels = false

  static func mistakes(for size: Size) -> [(name: String, way: WayBack)] {
    func mistake(
      _ name: String, _ change: (inout WayBack) -> Void
    ) -> (name: String, way: WayBack) {
      var way = WayBack()
      change(&way)
      return (name, way)
    }
    return [
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
      mistake("the stride is left out: the window moves by 1") { $0.stride = (1, 1) },
      mistake("the stride is left out downwards") { $0.stride = (1, size.stride) },
      mistake("the stride is left out along") { $0.stride = (size.stride, 1) },
      mistake("the padding is left out: the first window begins outside the image") {
        $0.padding = 0
      },
      mistake("the kernel is turned round, but the window passes as it did forwards") {
        $0.isTurned = true
      },
      mistake("the channels are exchanged") { $0.exchangesChannels = true },
      mistake("images are counted where channels should be") { way in
        way.channels = { 0..<min($0, size.images) }
      },
      mistake("filters are counted where channels should be") { way in
        way.channels = { 0..<min($0, size.filters) }
      },
      mistake("only the first channel counts") { $0.channels = { _ in 0..<1 } },
      mistake("only the last channel counts") { $0.channels = { $0 - 1..<$0 } },
      mistake("the first channel is left out") { $0.channels = { 1..<$0 } },
      mistake("the last channel is left out") { $0.channels = { 0..<$0 - 1 } },
      mistake("channels are counted where filters should be") { way in
        way.filters = { 0..<min($0, size.channels) }
      },
      mistake("only the first filter counts") { $0.filters = { _ in 0..<1 } },
    ]
  }

  func gradients(at place: Place<Double>) -> Slopes<Double> {
    func zeros(_ matrix: Matrix<Double>) -> Matrix<Double> {
      Matrix(rows: matrix.rows, columns: matrix.columns, repeating: 0)
    }
    var slopes = Slopes(
      x: place.x.map { $0.map(zeros) }, filters: place.filters.map { $0.map(zeros) },
      bias: Vector(repeating: 0, count: place.filters.count))
    for n in place.x.indices where counts(n, of: place.x.count) {
      for f in filters(place.filters.count) {
        for a in 0..<place.size.maps.rows {
          for b in 0..<place.size.maps.columns {
            let dz = place.upstream[n][f][a, b]
            slopes.bias[f] = (assigned == .bias ? 0 : slopes.bias[f]) + dz
            add(dz, n, f, (a, b), place, to: &slopes)
          }
        }
      }
    }
    return slopes
  }

  private func add(
    _ dz: Double, _ n: Int, _ f: Int, _ position: (a: Int, b: Int), _ place: Place<Double>,
    to slopes: inout Slopes<Double>
  ) {
    let size = place.size
    let (k, l) = size.kernel
    let taps = taps(
      size, position.a, position.b, stride: stride ?? (size.stride, size.stride),
      padding: padding ?? size.padding)
    for c in channels(size.channels) {
      let channel = exchangesChannels ? size.channels - 1 - c : c
      for tap in taps {
        let (i, j) = isTurned ? (k - 1 - tap.i, l - 1 - tap.j) : (tap.i, tap.j)
        let weight = place.filters[f][channel][i, j]
        let pixel = place.x[n][channel][tap.row, tap.column]
        slopes.filters[f][c][i, j] =
          (assigned == .weights ? 0 : slopes.filters[f][c][i, j]) + pixel * dz
        slopes.x[n][c][tap.row, tap.column] =
          (assigned == .pixels ? 0 : slopes.x[n][c][tap.row, tap.column]) + weight * dz
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
