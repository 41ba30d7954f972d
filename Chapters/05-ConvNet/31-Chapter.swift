import BinaryClassifier
import Workbook

/*:
 ## What this chapter showed

 A convolution is a linear layer, applied to every patch of an image. Its
 backward pass is that of a linear layer, followed by the adjoint of copying.
 Max-pooling keeps a feature and forgets a little of its position. The windows
 have few weights and apply them at every position. Such a network tells cats
 from dogs better than a network with a weight for each pixel, and much better
 when the images are shifted. The filters of its first layer did not have to
 learn for that: random ones do about as well.
 */

extension Chapter {
  /// Chapter 5: a window that moves over an image.
  public static let convNet = Chapter(
    number: 5, title: "A window that moves",
    question: "How does a network recognise the same cat at another position?",
    lesson: ConvNetLesson.self)
}

enum ConvNetLesson: Lesson {
  static func run<Scalar: FloatingField>(
    on run: inout RunRecorder, in scalar: Scalar.Type
  ) throws {
    // The same split as in chapter 3, from the same seed.
    var random = SplitMix64(seed: run.options.seed, stream: "3.cats.split")
    let bundled = BundledData(folder: run.options.dataFolder)
    let data = try Silhouettes(try bundled.catsAndDogs(), using: &random)
    let (dense, training) = try moveTheImages(on: &run, data, in: scalar)
    try correlateByHand(on: &run)
    try correlateBackwards(on: &run)
    try showEdges(on: &run, data)
    try drawWindows(on: &run)
    try drawPatches(on: &run)
    try checkPatches(on: &run)
    try transposeConvolutions(on: &run)
    try showTies(on: &run)
    let blocks = twoBlocks(on: &run)
    try stackWindows(on: &run, blocks)
    let (drawn, network) = try learnWithTwoBlocks(
      on: &run, data, blocks, beside: dense, trainedBy: training)
    showFilters(on: &run, drawn, network)
    showMistakes(on: &run, network, data)
    try moveTheImagesAgain(
      on: &run, network, beside: dense, data, blocks)
    try learnPhotographs(on: &run, in: scalar)
    try plantBugs(on: &run)
    try comparePasses(on: &run)
    try certifyConvolutions(on: &run, network, drawn: drawn, data)
  }
}

/*:
 **Onward.** Every backward pass in this book was written by hand, next to its
 forward pass. In [chapter 6](chapter:6) the program writes it.
 */
