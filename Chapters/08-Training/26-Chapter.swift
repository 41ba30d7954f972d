import BinaryClassifier
import Regression
import Workbook

/*:
 ## The network of the opening, cured

 Here is the network of the opening once more. All trainings see the same
 batches in the same order.

 ![One cure after the other: the loss of the last epoch, and the accuracy on
 fresh points](table:cures)

 ![The losses of the trainings](figure:cures)

 > **Guess:** The second row has Adam with the small weights of the opening. Adam
 > divides each gradient by its own size. Why does that not help?
 >
 > The gradient of a weight is a product of the activation before it and of
 > $\mathrm{d}Z$ behind it. So in every layer it has all the small factors but
 > one, and is smaller than $\varepsilon$ by powers of ten. Adam then divides by
 > $\varepsilon$ and not by the gradient's size. Only the biases of the last
 > layers move, and they carry nothing of the input.

 ## What this chapter showed

 Starting weights decide whether a signal arrives, and the arithmetic of
 variances says how large they should be. Optimisers differ in what they
 remember: nothing, a velocity, the sizes of the gradients, or both. Schedules,
 decay, dropout, early stopping and clipping change the training; batch
 normalisation changes the network, and has a backward pass of its own.

 Whatever fails, examine it in order: the loss at the start, one batch learned
 by heart, the inputs off, the labels shuffled, the gradient, the data.
 */

/// Trains the network of the opening with one cure after the other.
func cure<Scalar: FloatingField>(
  on run: inout RunRecorder, _ patient: Patient<Scalar>
) {
  run.section("The network of the opening, cured")
  let rate = Scalar(patient.rate)
  let adam = Scalar(
    run.setting(
      0.003, .decimals(3), as: "patient.adam", label: "Adam's learning rate"))
  let steps =
    patient.loop.epochs
    * ((patient.training.count + patient.loop.batchSize - 1)
      / patient.loop.batchSize)
  let cures: [(String, StartingWeights, Optimiser<Scalar>, Schedule)] = [
    ("small weights, SGD", .small, .sgd(learningRate: rate), .constant),
    ("small weights, Adam", .small, .adam(learningRate: adam), .constant),
    ("He's weights, SGD", .heNormal, .sgd(learningRate: rate), .constant),
    (
      "He's weights, momentum", .heNormal,
      .momentum(Scalar(0.9), learningRate: rate),
      .constant
    ),
    ("He's weights, Adam", .heNormal, .adam(learningRate: adam), .constant),
    (
      "and a warm-up, then cosine", .heNormal, .adam(learningRate: adam),
      .cosine(warmUp: steps / 20, last: steps)
    ),
  ]
  let courses = cures.map { patient.train($0.1, $0.2, $0.3) }
  run.show(
    Table(
      "cures", columns: ["training", "loss", "accuracy"],
      rows: zip(cures, courses).map { cure, course in
        [
          .text(cure.0),
          .init(course.losses.last.map { Double($0) }, .decimals(4)),
          .number(course.accuracy, .percent(1)),
        ]
      }))
  run.show(
    Figure(
      "cures",
      LinePlot(
        x: .linear("epoch"), y: .log("loss"),
        series: zip(cures, courses).map { cure, course in
          .init(cure.0, course.losses.map { Double($0) })
        })))
  run.checkWhenFull(
    "small weights learn nothing, with Adam too; cured, 95 % and more",
    courses[0].accuracy < 0.6 && courses[1].accuracy < 0.6
      && courses[5].accuracy >= 0.95,
    detail: courses.map { NumberFormat.percent(1).text(of: $0.accuracy) }
      .joined(separator: ", "))
}

//#-hidden-code
extension Chapter {
  /// Chapter 8: what a training that goes badly needs.
  public static let training = Chapter(
    number: 8, title: "The craft of training",
    question: "A network does not learn. What do you look at, and what do you "
      + "change?",
    lesson: TrainingLesson.self)
}

enum TrainingLesson: Lesson {
  static func run<Scalar: FloatingField>(
    on run: inout RunRecorder, in scalar: Scalar.Type
  ) throws {
    let patient = startPatient(on: &run, in: scalar)
    compareStarts(on: &run)
    showColdStart(on: &run)
    try trainModules(on: &run, in: scalar)
    comparePaths(on: &run)
    findRates(on: &run, patient)
    compareDecays(on: &run)
    averageMasks(on: &run)
    try tryDropout(on: &run, in: scalar)
    try stopEarly(on: &run, in: scalar)
    try clipGradients(on: &run, in: scalar)
    showRunningMoments(on: &run, in: scalar)
    try cutNormalisedBatch(on: &run, in: scalar)
    try trainDeepNormalised(on: &run, in: scalar)
    studyNormBugs(on: &run, in: scalar)
    changeNeighbours(on: &run, in: scalar)
    findTheMiddle(on: &run)
    try fitOutlier(on: &run, in: scalar)
    jumpOverKink(on: &run)
    try measureNoise(on: &run, in: scalar)
    try compareBatchSizes(on: &run, in: scalar)
    let (trainer, raw) = try followRecipe(on: &run, in: scalar)
    plantFaults(on: &run, trainer, raw)
    try mapDeadUnits(on: &run, in: scalar)
    try trainBenchmark(on: &run, in: scalar)
    try compareFused(on: &run)
    shrinkAnAverage(on: &run)
    try certifyTraining(on: &run, in: scalar)
    cure(on: &run, patient)
  }
}
//#-end-hidden-code
