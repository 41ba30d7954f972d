import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  exam.part("0 0 1 1 1 0 0 through the window −1 1")
  try exam.expect(
    maps(
      of: [[[0, 0, 1, 1, 1, 0, 0]] as Matrix<Rational>], by: [[[[-1, 1]]]], bias: [0], stride: 1,
      padding: 0, dilation: 1),
    equals: [[[0, 1, 0, 0, -1, 0]]], of: "maps",
    expectedMistakes: [
      "the kernel is turned round: that is the mathematicians' convolution":
        [[[0, -1, 0, 0, 1, 0]]]
    ])
  for trial in Trial.all {
    exam.part(trial.name)
    try trial.judge(exam)
  }
}

/// A convolution to compare, and how a wrong one would go about it.
private struct Trial {
  let name: String
  let channels: Int
  let filters: Int
  let image: (height: Int, width: Int)
  let kernel: (height: Int, width: Int)
  var hasBias = true
  var stride = 1
  var padding = 0
  var dilation = 1

  static let all = [
    Trial(
      name: "one channel, two filters", channels: 1, filters: 2, image: (9, 7), kernel: (4, 3),
      hasBias: false),
    Trial(
      name: "three channels, five filters, a bias", channels: 3, filters: 5, image: (8, 9),
      kernel: (2, 4)),
    Trial(
      name: "stride 3", channels: 5, filters: 6, image: (7, 8), kernel: (4, 2), stride: 3),
    Trial(
      name: "padding 2", channels: 2, filters: 3, image: (5, 6), kernel: (4, 3), padding: 2),
    Trial(
      name: "dilation 3", channels: 5, filters: 7, image: (6, 11), kernel: (2, 4), dilation: 3),
    Trial(
      name: "dilation 2, stride 3, padding 1", channels: 6, filters: 7, image: (11, 10),
      kernel: (4, 5), stride: 3, padding: 1, dilation: 2),
    Trial(
      name: "dilation 3, stride 2, padding 1", channels: 7, filters: 6, image: (10, 15),
      kernel: (4, 5), stride: 2, padding: 1, dilation: 3),
  ]

  /// Returns the number of positions down and along, from how much room there is to move in.
  private func sizes(_ room: ((_ length: Int, _ size: Int) -> Int)? = nil) -> [Int] {
    [(image.height, kernel.height), (image.width, kernel.width)].map { length, size in
      (room?(length, size) ?? length + 2 * padding - (size - 1) * dilation - 1) / stride + 1
    }
  }

  func judge(_ exam: Exam) throws {
    var random = exam.random(name)
    let x = (0..<channels).map { _ in
      Matrix(rows: image.height, columns: image.width) { _, _ in whole(&random) }
    }
    let kernels = (0..<filters).map { _ in
      (0..<channels).map { _ in
        Matrix(rows: kernel.height, columns: kernel.width) { _, _ in whole(&random) }
      }
    }
    let bias = Vector(count: filters) { _ in hasBias ? whole(&random) : 0 }
    func expected(_ change: (inout Loops) -> Void = { _ in }) -> [Matrix<Rational>] {
      var loops = Loops(size: sizes(), stride: stride, padding: padding, dilation: dilation)
      change(&loops)
      return loops.maps(of: x, by: kernels, bias: bias)
    }
    let received = maps(
      of: x, by: kernels, bias: bias, stride: stride, padding: padding, dilation: dilation)
    try exam.expect(received.count, equals: filters, of: "the number of maps")
    try exam.expect(
      [received[0].rows, received[0].columns], equals: sizes(), of: "the positions down and along",
      expectedMistakes: [
        "the holes are left out: k weights cover (k − 1) d + 1 entries":
          sizes { $0 + 2 * padding - $1 },
        "the holes are counted once too often: k weights cover (k − 1) d + 1 entries, and not k d":
          sizes { $0 + 2 * padding - $1 * dilation },
        "the image is taken for its transpose": sizes().reversed(),
        "padding is counted once, and it lies on both sides":
          sizes { $0 + padding - ($1 - 1) * dilation - 1 },
        "the +1 is missing: before the first step there is a position too": sizes().map { $0 - 1 },
        "one entry too few is covered: k weights cover (k − 1) d + 1 entries":
          sizes { $0 + 2 * padding - ($1 - 1) * dilation },
      ])
    try exam.expect(
      received, equals: expected(), of: "maps",
      expectedMistakes: [
        "the kernel is turned round: that is the mathematicians' convolution":
          expected { $0.isTurned = true },
        "the bias is left out": expected { $0.biasCount = .never },
        "the bias is added once for each channel; once in all is right":
          expected { $0.biasCount = .eachChannel },
        "the bias is added once for each weight; once in all is right":
          expected { $0.biasCount = .eachWeight },
        "only the last channel counts: a sum is begun anew, or assigned":
          expected { $0.channels = .last },
        "only the first channel counts": expected { $0.channels = .first },
        "every filter is the first": expected { $0.isFirstFilter = true },
        "every filter adds the first bias": expected { $0.isFirstBias = true },
        "every channel has the weights of the first": expected { $0.kernelOf = { _ in 0 } },
        "every channel is the first": expected { $0.imageOf = { _ in 0 } },
        "the stride is lost downwards": expected { $0.stride.0 = 1 },
        "the stride is lost along": expected { $0.stride.1 = 1 },
        "the stride is lost: the window moves by 1": expected { $0.stride = (1, 1) },
        "the dilation is lost downwards": expected { $0.step.0 = 1 },
        "the dilation is lost along": expected { $0.step.1 = 1 },
        "the window is moved by the padding the wrong way": expected { $0.shift = 2 * padding },
        "the zeros of the padding are behind the image only": expected { $0.shift = padding },
        "beyond the image the next row, or the edge, is read; it should count as 0":
          expected { $0.clamps = true },
        "the holes count for the number of positions, and not for what is read":
          expected { $0.step = (1, 1) },
      ])
  }
}

/// Returns a whole number from −9 to 9, and never 0.
private func whole(_ random: inout SplitMix64) -> Rational {
  let magnitude = Rational(count: 1 + random.index(below: 9))
  return random.index(below: 2) == 0 ? magnitude : -magnitude
}

/// The loops, right unless they are told otherwise.
private struct Loops {
  enum Count { case once, never, eachChannel, eachWeight }
  enum Channels { case all, first, last }

  let padding: Int
  /// How far the window moves, and how far its entries lie apart, down and along.
  var stride, step: (Int, Int)
  let size: [Int]
  var isTurned = false
  var biasCount = Count.once
  var channels = Channels.all
  var isFirstFilter = false
  var isFirstBias = false
  var kernelOf: (Int) -> Int = { $0 }
  var imageOf: (Int) -> Int = { $0 }
  var shift = 0
  var clamps = false

  init(size: [Int], stride: Int, padding: Int, dilation: Int) {
    self.size = size
    self.stride = (stride, stride)
    self.padding = padding
    step = (dilation, dilation)
  }

  func maps(
    of x: [Matrix<Rational>], by filters: [[Matrix<Rational>]], bias: Vector<Rational>
  ) -> [Matrix<Rational>] {
    let (k, l) = (filters[0][0].rows, filters[0][0].columns)
    let (height, width) = (x[0].rows, x[0].columns)
    return filters.indices.map { filter in
      let kernels = filters[isFirstFilter ? 0 : filter]
      return Matrix(rows: size[0], columns: size[1]) { a, b in
        var z = bias[isFirstBias ? 0 : filter] * Rational(count: repeats(x.count, k * l))
        for channel in x.indices where counts(channel, of: x.count) {
          for (i, j) in (0..<k * l).map({ ($0 / l, $0 % l) }) {
            var row = a * stride.0 + i * step.0 - padding + shift
            var column = b * stride.1 + j * step.1 - padding + shift
            if clamps {
              row = max(0, min(height - 1, row))
              column = max(0, min(width - 1, column))
            }
            guard 0..<height ~= row, 0..<width ~= column else { continue }
            let kernel = kernels[kernelOf(channel)]
            let weight = isTurned ? kernel[k - 1 - i, l - 1 - j] : kernel[i, j]
            z += weight * x[imageOf(channel)][row, column]
          }
        }
        return z
      }
    }
  }

  private func repeats(_ channels: Int, _ weights: Int) -> Int {
    switch biasCount {
    case .once: 1
    case .never: 0
    case .eachChannel: channels
    case .eachWeight: channels * weights
    }
  }

  private func counts(_ channel: Int, of count: Int) -> Bool {
    switch channels {
    case .all: true
    case .first: channel == 0
    case .last: channel == count - 1
    }
  }
}
