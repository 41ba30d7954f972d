import BinaryClassifier
import Regression
import Workbook

//#-hidden-code
/// A digit as 32 × 32 dots of ink.
struct DottedDigit: Equatable {
  static let size = 32
  static let boxWidth = 20
  static let wideningLimit = 2.5
  /// The inked dots of 9 in 10 digits of the data set.
  static let usualInk = 261...368
  var dots: [Bool]

  /// How many dots are inked in each block of 4 × 4, `[8 · 8]`.
  var counts: [Int] {
    (0..<64).map { block in
      let first = block / 8 * 4 * Self.size + block % 8 * 4
      return (0..<16).count { dots[first + $0 / 4 * Self.size + $0 % 4] }
    }
  }
}

extension DottedDigit {
  var inkCount: Int { dots.count { $0 } }

  /// Reads a picture as the data set was made.
  ///
  /// - Throws: `InputError` where there is no ink, or too little for a digit.
  init(_ picture: GreyPicture, path: String) throws(InputError) {
    guard let ink = picture.ink() else {
      throw InputError(
        .damaged, path, "all of it has the same colour; draw a digit on it")
    }
    let (width, height) = (picture.width, picture.height)
    let rows = (0..<height).filter {
      ink[$0 * width..<($0 + 1) * width].contains(true)
    }
    let columns = (0..<width).filter { column in
      rows.contains { ink[$0 * width + column] }
    }
    // There is ink: the lightest and the darkest pixel are on two sides.
    let top = rows.first ?? 0
    let left = columns.first ?? 0
    let boxHeight = (rows.last ?? 0) - top + 1
    let boxWidth = (columns.last ?? 0) - left + 1
    guard boxHeight >= 8 else {
      throw InputError(
        .damaged, path,
        "its ink is \(boxHeight) pixels high; a digit needs 8 or more")
    }
    let natural = Double(boxWidth * Self.size) / Double(boxHeight)
    let wide = min(
      Self.boxWidth, max(1, Int((Self.wideningLimit * natural).rounded())))
    self.init(
      ink, width: width, from: (top, left), box: (boxHeight, boxWidth),
      dotWidth: wide)
    fitStroke()
  }

  /// Scales a box of a picture to the whole height and to `dotWidth` columns
  /// in the middle.
  init(
    _ ink: [Bool], width: Int, from corner: (row: Int, column: Int),
    box: (height: Int, width: Int), dotWidth: Int
  ) {
    dots = Array(repeating: false, count: Self.size * Self.size)
    let margin = (Self.size - dotWidth) / 2
    let high = Double(box.height) / Double(Self.size)
    let wide = Double(box.width) / Double(dotWidth)
    for row in 0..<Self.size {
      let rows = Overlap(Double(row) * high, Double(row + 1) * high, box.height)
      for column in 0..<dotWidth {
        let columns = Overlap(
          Double(column) * wide, Double(column + 1) * wide, box.width)
        var area = 0.0
        for y in rows.pixels {
          let start = (corner.row + y) * width + corner.column
          for x in columns.pixels where ink[start + x] {
            area += rows.length(of: y) * columns.length(of: x)
          }
        }
        dots[row * Self.size + margin + column] = area >= high * wide / 2
      }
    }
  }

  /// Makes the stroke broader or narrower until its ink is usual. A digit that
  /// is too thin to lose a dot on each side stays as it is.
  private mutating func fitStroke() {
    for _ in 0..<8 where inkCount < Self.usualInk.lowerBound {
      dots = spread(true)
    }
    for _ in 0..<8 where inkCount > Self.usualInk.upperBound {
      let narrower = DottedDigit(dots: spread(false))
      if 5 * narrower.inkCount < 4 * Self.usualInk.lowerBound { return }
      self = narrower
    }
  }

  /// Gives each dot that has a neighbour of ink, or of paper, its value.
  private func spread(_ value: Bool) -> [Bool] {
    let size = Self.size
    return dots.indices.map { index in
      let (row, column) = (index / size, index % size)
      let isNear =
        dots[index] == value
        || (row > 0 && dots[index - size] == value)
        || (row < size - 1 && dots[index + size] == value)
        || (column > 0 && dots[index - 1] == value)
        || (column < size - 1 && dots[index + 1] == value)
      return isNear ? value : !value
    }
  }
}

/// The pixels that lie between two places, and how much of each.
struct Overlap {
  let lower: Double
  let upper: Double
  let pixels: Range<Int>

  init(_ lower: Double, _ upper: Double, _ count: Int) {
    (self.lower, self.upper) = (lower, upper)
    let first = min(Int(lower), count - 1)
    pixels = first..<max(first + 1, min(count, Int(upper.rounded(.up))))
  }

  func length(of pixel: Int) -> Double {
    max(0, min(upper, Double(pixel + 1)) - max(lower, Double(pixel)))
  }
}

extension DottedDigit {
  /// Makes dots of which each block of 4 × 4 has a given number: those where a
  /// smooth picture of the numbers is darkest.
  init(counts: [Int]) {
    func count(_ row: Int, _ column: Int) -> Double {
      let isInside = 0..<8 ~= row && 0..<8 ~= column
      return isInside ? Double(counts[row * 8 + column]) : 0
    }
    func darkness(_ dot: Int) -> Double {
      let y = (Double(dot / Self.size) + 0.5) / 4 - 0.5
      let x = (Double(dot % Self.size) + 0.5) / 4 - 0.5
      let (row, column) = (Int(y.rounded(.down)), Int(x.rounded(.down)))
      let (down, right) = (y - Double(row), x - Double(column))
      let upper =
        (1 - right) * count(row, column) + right * count(row, column + 1)
      let lower =
        (1 - right) * count(row + 1, column)
        + right * count(row + 1, column + 1)
      return (1 - down) * upper + down * lower
    }
    dots = Array(repeating: false, count: Self.size * Self.size)
    for block in 0..<64 {
      let first = block / 8 * 4 * Self.size + block % 8 * 4
      let places = (0..<16).map { first + $0 / 4 * Self.size + $0 % 4 }
      let darkest = places.map { (place: $0, darkness: darkness($0)) }
        .sorted { ($0.darkness, $1.place) > ($1.darkness, $0.place) }
      for dot in darkest.prefix(counts[block]) { dots[dot.place] = true }
    }
  }

  /// Draws the dots as squares somewhere on a larger piece of paper.
  func drawn(
    isLight: Bool, using random: inout SplitMix64
  ) -> GreyPicture {
    let scale = Int.random(in: 3...6, using: &random)
    let margins = (0..<4).map { _ in
      Int.random(in: 4...30 * scale, using: &random)
    }
    let inner = Self.size * scale
    let height = margins[0] + inner + margins[1]
    let width = margins[2] + inner + margins[3]
    let (ink, paper): (Float, Float) = isLight ? (1, 0) : (0, 1)
    var pixels = [Float](repeating: paper, count: height * width)
    for y in 0..<inner {
      for x in 0..<inner where dots[y / scale * Self.size + x / scale] {
        pixels[(margins[0] + y) * width + margins[2] + x] = ink
      }
    }
    return GreyPicture(height: height, width: width, pixels: pixels)
  }

  /// Makes the whole picture small, wherever its ink is.
  init(shrinking picture: GreyPicture) {
    let ink = picture.ink() ?? picture.pixels.map { _ in false }
    self.init(
      ink, width: picture.width, from: (0, 0),
      box: (picture.height, picture.width), dotWidth: Self.size)
  }
}
//#-end-hidden-code
