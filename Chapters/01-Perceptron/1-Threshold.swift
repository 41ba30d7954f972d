import Workbook

/*:
 # 1 · Learning from mistakes

 Some points are marked minus, the others plus, and we know that a straight line
 separates the two kinds. How does a program find such a line?

 The first idea needs no thought: draw \(blind.lines) lines at random and keep
 the best. We try it on \(blind.points) points of a square. Then we try it on
 points with more coordinates, up to \(blind.inputs) of them. There the place of
 the line is taken by a plane, or by what corresponds to a plane in more
 dimensions. We say *line* for all of them.

 > **Guess:** The best of \(blind.lines) random lines: about what part of the
 > points of the square is it right? And about what part of the points with
 > \(blind.inputs) coordinates?
 >
 > In the square it is right about \(blind.best.two) of the points: there the idea
 > works. With \(blind.inputs) coordinates it is right about
 > \(blind.best.many). A coin would be right about half of them.

 ![How many of the points random lines get right, for points with more and more
 coordinates](figure:blind)

 There are too many directions to find a good one by chance. The images of later
 chapters have hundreds of coordinates. A program has to use what it sees.

 At the end of this chapter you can

 - train a neuron that finds a separating line, with any number of coordinates,
   by a rule of one line of code;
 - prove how many mistakes it makes at most, before you train it;
 - name four points with which it never succeeds, and say why;
 - check a derivative without its formula, as all later chapters do.
 */

//#-hidden-code
/// The data of the opening experiment, and what random lines make of them.
struct BlindTrial<Scalar: FloatingField> {
  let points: SeparablePoints<Scalar>
  let best: Double
  let mean: Double
  var inputs: Int { points.x.columns }

  /// Draws lines at random, and finds their mean and their best accuracy.
  init(
    _ points: SeparablePoints<Scalar>, lines: Int,
    using random: inout SplitMix64
  ) {
    self.points = points
    let accuracies = (0..<lines).map { _ in
      Perceptron<Scalar>(
        weights: .normal(points.x.columns, using: &random),
        bias: Scalar(random.normal())
      ).accuracy(on: points.x, points.y)
    }
    best = accuracies.reduce(0, max)
    mean = accuracies.reduce(0, +) / Double(max(1, lines))
  }
}
//#-end-hidden-code

/// Draws lines at random through points with more and more coordinates.
func drawBlindly<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) -> [BlindTrial<Scalar>] {
  run.section("Lines drawn at random")
  run.ask("About how many points is the best of many random lines right?")
  let count = run.setting(200, as: "blind.points", label: "points")
  let lines = run.setting(1_000, as: "blind.lines", label: "random lines")
  let most = run.setting(
    50, as: "blind.inputs", label: "most coordinates", least: 2)
  var random = run.random("blind")
  let numbers = [2, 5, 10, 20].filter { $0 < most } + [most]
  let trials = numbers.map { inputs in
    let points = SeparablePoints<Scalar>(
      count, inputs: inputs, margin: 0.05, using: &random)
    return BlindTrial(points, lines: lines, using: &random)
  }
  let (best, many) = (trials[0].best, trials[trials.count - 1].best)
  run.record(
    best, .percent(1), as: "blind.best.two", label: "best line, 2 coordinates")
  run.record(
    many, .percent(1), as: "blind.best.many",
    label: "best line, most coordinates")
  let curve = { (value: (BlindTrial<Scalar>) -> Double) in
    trials.map { LinePlot.Point(Double($0.inputs), value($0)) }
  }
  run.show(
    Figure(
      "blind",
      LinePlot(
        x: .log("coordinates of a point"), y: .linear("accuracy"),
        series: [
          .init("best random line", curve(\.best)),
          .init("mean of all", curve(\.mean)),
        ])))
  run.check(
    "the best random line is good in a square and bad with many coordinates",
    best >= 0.9 && many <= 0.8,
    detail: "right about \(NumberFormat.percent(1).text(of: best)) and "
      + "\(NumberFormat.percent(1).text(of: many)) of \(count) points")
  return trials
}
