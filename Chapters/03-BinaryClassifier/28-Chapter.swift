import Workbook

/*:
 ## What this chapter showed

 A probability needs a loss of its own, the cross-entropy: the negative
 logarithm of a likelihood, as a mean over the examples. Its gradient is
 $\mathrm{d}Z = (a - y)/n$. A network is a list of layers, and a hidden layer
 moves the points to where a line can separate them.

 Four failures give no error message: a neuron that saturates under the wrong
 loss, a network that overfits, a gradient that vanishes or explodes in many
 layers, and a layer that dies. For each there is something to look at: the
 first loss, the validation loss, the gradient of each layer, and the number of
 dead units.
 */

//#-hidden-code
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
    let flat = startFlat(on: &run, in: scalar)
    correctMistake(on: &run, flat)
    compareStability(on: &run, in: scalar)
    refusePairs(on: &run, in: scalar)
    try comparePasses(on: &run, in: scalar)
    try checkGradients(on: &run)
    let xor = try solveXor(on: &run, in: scalar)
    try showHiddenSpace(on: &run, xor)
    try learnCircles(on: &run, in: scalar)

    var random = run.random("cats.split")
    let bundled = BundledData(folder: run.options.dataFolder)
    let data = try Silhouettes(
      try bundled.catsAndDogs(), validation: 0.2, using: &random)
    let setup = CatSetup<Scalar>(on: &run)
    try startCats(on: &run, data, setup)
    tossCoins(on: &run, silhouettes: data.test.count)
    let network = try learnCatsAndDogs(on: &run, data, setup)
    try repeatOnOtherSplits(on: &run, data.images, setup)
    try compareFirstLayers(on: &run, data, setup)
    try measureDeepGradients(on: &run)
    try showDeadLayer(on: &run)
    try showCascade(on: &run, data, in: scalar)
    try learnPhotographs(on: &run, in: scalar)
    compareMicroBatches(
      on: &run, network, data.images, at: data.split.training,
      of: "silhouettes")
    try certifyClassifier(on: &run, network, data)
  }
}
//#-end-hidden-code

/*:
 **Onward.** Cats and dogs are two classes. [Chapter 4](chapter:4) has any
 number of them.
 */
