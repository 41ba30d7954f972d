import BinaryClassifier
import Workbook

/*:
 ## What this chapter showed

 A convolution is an ordinary layer, applied to every patch of an image. Its way
 back is the ordinary way back, and the adjoint of
 copying. Maxima keep what was found and forget
 a little of where. A network of such layers needs few weights, sees the same in
 all places, and tells cats from dogs better than one with a weight for each
 pixel.

 The run of this chapter, in order:
 */

extension Chapter {
  /// Chapter 5: a window that moves over an image.
  public static let convNet = Chapter(
    number: 5, title: "A window that moves",
    question: "How does a network recognise the same cat in another place?",
    lesson: ConvNetLesson.self)
}

enum ConvNetLesson: Lesson {
  static func teach<Scalar: FloatingField>(
    on page: inout Page, in scalar: Scalar.Type
  ) throws {
    // The same split as in chapter 3, from the same seed.
    var random = SplitMix64(seed: page.options.seed, stream: "3.cats.split")
    let embedded = EmbeddedData(folder: page.options.dataFolder)
    let data = try Silhouettes(try embedded.catsAndDogs(), using: &random)
    let dense = try moveTheImages(on: &page, data, in: scalar)
    try slideByHand(on: &page)
    try showEdges(on: &page, data)
    try checkPatches(on: &page)
    try showTies(on: &page)
    try learnWithTheSmallNetwork(on: &page, data, in: scalar)
    let network = try learnWithTwoBlocks(on: &page, data, beside: dense)
    showWhatItSees(on: &page, network, data)
    moveTheImagesAgain(on: &page, network, beside: dense, data)
    try learnPhotographs(on: &page, in: scalar)
    try plantBugs(on: &page)
    try certifyConvolutions(on: &page, network, data)
  }
}

/*:
 **Onward.** Every way back in this book was written by hand, next to its way
 there. [Chapter 6](chapter:6) has the program write it.
 */
