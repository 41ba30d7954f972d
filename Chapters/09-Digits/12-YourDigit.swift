import BinaryClassifier
import Regression
import Workbook

/*:
 ## A digit of your own

 `scripts/run 9 --image FILE` gives the network a picture of yours: a PNG file,
 or an array in a `.npy` file, of any size. The network knows nothing but the
 data set, so a picture must first become what those pictures are. How were they
 made? The forms were scanned, and each digit was scaled to $32 \times 32$ dots,
 ink or paper. Then the dots were counted in blocks of $4 \times 4$. The scaling
 shows in the data: \(own.tall) of \(own.all) digits have ink in the first and
 in the last row, and \(own.middle) of all ink lies in the six columns in the
 middle. So the box around a digit was scaled to the whole height, and to about
 twenty dots of width, whatever its shape was.

 First, which pixels are ink? Those on the other side of a threshold than most
 of the border. A light digit on a dark ground is then read like a dark one on
 paper.
 */

extension GreyPicture {
  /// Whether each pixel is ink; `nil` where all have the same value.
  func ink() -> [Bool]? {
    guard let darkest = pixels.min(), let lightest = pixels.max(),
      darkest < lightest
    else { return nil }
    let middle = darkest / 2 + lightest / 2
    let border = pixels.indices.filter {
      let (row, column) = ($0 / width, $0 % width)
      return row == 0 || row == height - 1 || column == 0 || column == width - 1
    }
    let light = border.count { pixels[$0] > middle }
    let hasLightPaper = 2 * light >= border.count
    return pixels.map { ($0 > middle) != hasLightPaper }
  }
}

/*:
 Then the box of the ink is scaled. A dot is inked where ink covers half of its
 area. A vertical line, the plainest one, would become a black rectangle if it
 were made twenty dots wide, so no box is made more than \(own.widening) times
 as wide as its shape asks for. A thin pen leaves less ink than the pens of the
 data set, and a broad one more. So the stroke is made broader dot by dot, or
 narrower, until the number of inked dots is one that nine of ten digits of the
 data set have, from \(own.least) to \(own.most).
 */

//#-hidden-code

//#-end-hidden-code

/*:
 Does reading undo such a drawing? Draw \(own.drawn) digits of the validation
 set large: as dots that have exactly the counts of the data set, each dot
 several pixels wide, somewhere on a larger piece of paper, every second one
 light on dark. Then read the pictures.

 > **Guess:** How many of them does the network take for the same digit as the
 > original? And how many if the whole picture is made small, without looking
 > for the ink?
 >
 > \(own.same) and \(own.control).

 ![Digits of the data set that were drawn large and read again](table:own-read)

 A network of this kind has a weight for every position
 ([Chapter 3](chapter:3)). So the work of finding the digit must be done before.

 Two warnings. The digits of the data set come from pens on paper, and a mouse
 draws other lines, so expect more mistakes than on the test set. And the
 network has ten answers and no eleventh. Here are scribbles: lines between
 random points.

 > **Guess:** For how many of \(own.scribbles) scribbles is the largest of the
 > ten probabilities above nine tenths?
 >
 > For \(own.sure) of them.

 ![Scribbles as the network sees them, the digit that it names, and the
 probability](figure:own-scribbles)

 The probabilities say which of ten digits a *digit* is. They do not say whether
 the picture shows one.
 */

//#-hidden-code
extension Network where Scalar: FloatingField {
  /// Returns the probability of each digit.
  func probabilities(of counts: [Int]) -> [Double] {
    let x = Matrix<Scalar>(
      rows: 1, columns: counts.count,
      elements: counts.map { Scalar(count: $0) / 16 })
    return prediction(from: x).elements.map { Double($0) }
  }

  fileprivate func digit(of counts: [Int]) -> Int {
    mostProbable(probabilities(of: counts)).digit
  }
}

/// The digit with the largest probability, and that probability.
private func mostProbable(
  _ probabilities: [Double]
) -> (digit: Int, probability: Double) {
  var best = (digit: 0, probability: -1.0)
  for (digit, probability) in probabilities.enumerated()
  where probability > best.probability {
    best = (digit, probability)
  }
  return best
}

extension DigitSets {
  /// The numbers of a digit, `[8 · 8]`, from 0 to 16.
  fileprivate func counts(_ position: Int) -> [Int] {
    images.pixels[position * images.size..<(position + 1) * images.size]
      .map { Int($0) }
  }

  /// Returns the training example that differs least from a picture.
  fileprivate func nearest(to counts: [Int]) -> (counts: [Int], label: Int) {
    var best = (distance: Int.max, position: 0)
    for position in split.training {
      let distance = zip(self.counts(position), counts)
        .reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      if distance < best.distance { best = (distance, position) }
    }
    return (self.counts(best.position), images.labels[best.position])
  }
}

extension GreyPicture {
  /// Draws a line through some random points, dark on light.
  fileprivate static func scribble(using random: inout SplitMix64) -> Self {
    let size = 96
    let points = (0..<6).map { _ in
      (
        x: Double.random(in: 16...80, using: &random),
        y: Double.random(in: 8...88, using: &random)
      )
    }
    var pixels = [Float](repeating: 1, count: size * size)
    for (a, b) in zip(points, points.dropFirst()) {
      let (dx, dy) = (b.x - a.x, b.y - a.y)
      let squared = max(dx * dx + dy * dy, 1e-9)
      for index in pixels.indices {
        let (x, y) = (Double(index % size) - a.x, Double(index / size) - a.y)
        let along = min(1, max(0, (x * dx + y * dy) / squared))
        let (offX, offY) = (x - along * dx, y - along * dy)
        if offX * offX + offY * offY <= 9 { pixels[index] = 0 }
      }
    }
    return GreyPicture(height: size, width: size, pixels: pixels)
  }
}
//#-end-hidden-code

/// Draws digits of the data set large and reads them again, and shows scribbles
/// to the network.
func checkPictures<Scalar: FloatingField>(
  on run: inout RunRecorder, _ network: Network<Scalar>, _ sets: DigitSets
) throws(InputError) {
  run.section("A digit of your own")
  describeBoxes(on: &run, sets)
  run.ask("Drawn large and read again: how many are still the same digit?")
  try readDrawnDigits(on: &run, network, sets)
  run.ask("For how many scribbles is a probability above 90 %?")
  try readScribbles(on: &run, network)
}

/// Records where the digits of the data set have ink.
private func describeBoxes(on run: inout RunRecorder, _ sets: DigitSets) {
  let all = (0..<sets.images.count).map(sets.counts)
  let tall = all.count { counts in
    counts.prefix(8).contains { $0 > 0 } && counts.suffix(8).contains { $0 > 0 }
  }
  let ink = all.joined().reduce(0, +)
  let middle = all.reduce(0) { sum, counts in
    sum
      + counts.indices.filter { 1...6 ~= $0 % 8 }.reduce(0) { $0 + counts[$1] }
  }
  let usual = DottedDigit.usualInk
  let sums = all.map { $0.reduce(0, +) }
  run.record(all.count, as: "own.all", label: "digits")
  run.record(
    tall, as: "own.tall", label: "digits with ink in the first and last row")
  run.record(
    Double(middle) / Double(max(1, ink)), .percent(1), as: "own.middle",
    label: "ink in the six middle columns")
  run.record(
    DottedDigit.wideningLimit, .decimals(1), as: "own.widening",
    label: "largest change of shape")
  run.record(usual.lowerBound, as: "own.least", label: "least usual ink")
  run.record(usual.upperBound, as: "own.most", label: "most usual ink")
  let share = Double(sums.count { usual ~= $0 }) / Double(max(1, sums.count))
  run.check(
    "nine of ten digits have usual ink", abs(share - 0.9) < 0.005,
    detail: NumberFormat.percent(1).text(of: share))
}

/// Draws digits of the validation set large, and reads the pictures.
private func readDrawnDigits<Scalar: FloatingField>(
  on run: inout RunRecorder, _ network: Network<Scalar>, _ sets: DigitSets
) throws(InputError) {
  var random = run.random("own-digits")
  let wished = run.setting(
    run.repetitions(120, least: 20), as: "own.drawn", label: "digits drawn")
  let shown = sets.split.validation.prefix(wished)
  var (same, difference) = ([0, 0], [0, 0])
  for (number, position) in shown.enumerated() {
    let counts = sets.counts(position)
    let answer = network.digit(of: counts)
    let picture = DottedDigit(counts: counts)
      .drawn(isLight: number % 2 == 1, using: &random)
    let read = [
      try DottedDigit(picture, path: "a drawn digit").counts,
      DottedDigit(shrinking: picture).counts,
    ]
    for (index, seen) in read.enumerated() {
      same[index] += network.digit(of: seen) == answer ? 1 : 0
      difference[index] += zip(seen, counts).reduce(0) {
        $0 + abs($1.0 - $1.1)
      }
    }
  }
  let count = Double(max(1, shown.count))
  let names = ["its box scaled", "the whole picture made small"]
  run.show(
    Table(
      "own-read",
      columns: ["what is read", "same answer", "mean difference of a number"],
      rows: names.indices.map { index in
        [
          .text(names[index]),
          .number(Double(same[index]) / count, .percent(1)),
          .number(Double(difference[index]) / count / 64, .decimals(2)),
        ]
      }))
  run.record(
    Double(same[0]) / count, .percent(1), as: "own.same",
    label: "same answer when the box is scaled")
  run.record(
    Double(same[1]) / count, .percent(1), as: "own.control",
    label: "same answer when the whole picture is made small")
  run.checkWhenFull(
    "a digit drawn large is read as it was, if its box is found",
    Double(same[0]) > 0.85 * count && 2 * same[1] < same[0],
    detail: "\(same[0]) and \(same[1]) of \(shown.count)")
}

/// Gives scribbles to the network.
private func readScribbles<Scalar: FloatingField>(
  on run: inout RunRecorder, _ network: Network<Scalar>
) throws(InputError) {
  var random = run.random("own-scribbles")
  let count = run.setting(60, as: "own.scribbles", label: "scribbles", least: 8)
  var (sure, images, captions) = (0, [[Double]](), [String]())
  for _ in 0..<count {
    let counts = try DottedDigit(
      .scribble(using: &random), path: "a scribble"
    ).counts
    let best = mostProbable(network.probabilities(of: counts))
    if best.probability > 0.9 { sure += 1 }
    guard images.count < 8 else { continue }
    images.append(counts.map { Double($0) / 16 })
    let percent = NumberFormat.percent(0).text(of: best.probability)
    captions.append("\(best.digit): \(percent)")
  }
  run.show(
    Figure(
      "own-scribbles",
      ImageGrid(height: 8, width: 8, images: images, captions: captions)))
  run.record(sure, as: "own.sure", label: "scribbles above 90 %")
  run.checkWhenFull(
    "scribbles get confident answers", 10 * sure > count,
    detail: "\(sure) of \(count) above 90 %")
}

/// Reads the reader's own picture, if one is given. It comes first, so that a
/// wrong one is told before anything is trained.
func readReaderDigit(
  _ options: RunOptions
) throws(InputError) -> DottedDigit? {
  guard let path = options.imageFile else { return nil }
  return try DottedDigit(try GreyPicture(contentsOf: path), path: path)
}

/// Shows what the network says of the reader's own picture, if there is one.
func showReaderDigit<Scalar: FloatingField>(
  _ digit: DottedDigit?, on run: inout RunRecorder, _ network: Network<Scalar>,
  _ sets: DigitSets
) {
  guard let digit else {
    run.log("To show the network a digit of your own: --image FILE")
    return
  }
  run.section("Your own picture")
  let nearest = sets.nearest(to: digit.counts)
  run.show(
    Figure(
      "reader-dots",
      ImageGrid(
        height: DottedDigit.size, width: DottedDigit.size,
        images: [digit.dots.map { $0 ? 1 : 0 }], captions: ["its 32 × 32 dots"])
    ))
  run.show(
    Figure(
      "reader-digit",
      ImageGrid(
        height: 8, width: 8,
        images: [digit.counts, nearest.counts].map { counts in
          counts.map { Double($0) / 16 }
        }, captions: ["counted", "like: \(nearest.label)"])))
  let probabilities = network.probabilities(of: digit.counts)
  run.show(
    Figure(
      "reader-probabilities",
      BarPlot(
        "probability", format: .percent(1),
        bars: probabilities.enumerated().map { ("\($0)", $1) })))
  let best = mostProbable(probabilities)
  run.record(best.digit, as: "reader.digit", label: "most probable digit")
  run.record(
    best.probability, .percent(1), as: "reader.probability",
    label: "its probability")
  run.record(
    nearest.label, as: "reader.nearest",
    label: "digit of the most similar training example")
}
