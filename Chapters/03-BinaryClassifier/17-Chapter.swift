import Workbook

/*:
 ## What this chapter showed

 A probability needs a loss of its own, and then the gradient is as simple as
 for a straight line: $\mathrm{d}Z = (a - y)/n$. A network is a list of layers,
 with a forward pass from the first to the last and a backward pass from the
 last to the first. It solves XOR and the circles, and classifies cats and dogs
 better than a linear model. It can lose all units of a layer without any error,
 so count the dead units.

 The run of this chapter, in order:
 */

extension Chapter {
  /// Chapter 3: a network of any depth says yes or no.
  public static let binaryClassifier = Chapter(
    number: 3, title: "Yes or no",
    question: "How does a neuron that is certain, and wrong, learn better?",
    lesson: BinaryClassifierLesson.self)
}

enum BinaryClassifierLesson: Lesson {
  static func run<Scalar: FloatingField>(
    on run: inout RunRecorder, in scalar: Scalar.Type
  ) throws {
    startFlat(on: &run, in: scalar)
    compareStability(on: &run, in: scalar)
    try checkGradients(on: &run)
    refusePairs(on: &run, in: scalar)
    try solveXor(on: &run, in: scalar)
    try learnCircles(on: &run, in: scalar)

    var random = run.random("cats.split")
    let embedded = BundledData(folder: run.options.dataFolder)
    let data = try Silhouettes(try embedded.catsAndDogs(), using: &random)
    let network = try learnCatsAndDogs(on: &run, data, in: scalar)
    try showDeadLayer(on: &run)
    try showCascade(on: &run, data, in: scalar)
    try learnPhotographs(on: &run, in: scalar)
    try certifyClassifier(on: &run, network, data)
  }
}

/*:
 **Onward.** Cats and dogs are two classes. [Chapter 4](chapter:4) has any
 number of them.
 */
