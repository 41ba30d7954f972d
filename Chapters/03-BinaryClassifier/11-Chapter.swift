import Workbook

/*:
 ## What this chapter showed

 A probability needs a loss of its own, and then the slope is what it was for a
 line, $\mathrm{d}Z = (a - y)/n$. A network is a list of layers, read forwards and then
 backwards. It solves XOR and the circles, and tells cats from dogs better than
 a line does. And it can die without a word, so count the living.

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
  static func teach<Scalar: FloatingField>(
    on page: inout Page, in scalar: Scalar.Type
  ) throws {
    startFlat(on: &page, in: scalar)
    compareStability(on: &page, in: scalar)
    try checkSlopes(on: &page)
    refusePairs(on: &page, in: scalar)
    try solveXor(on: &page, in: scalar)
    try learnCircles(on: &page, in: scalar)

    var random = page.random("cats.split")
    let embedded = EmbeddedData(folder: page.options.dataFolder)
    let data = try Silhouettes(try embedded.catsAndDogs(), using: &random)
    let network = try learnCatsAndDogs(on: &page, data, in: scalar)
    try showCascade(on: &page, data, in: scalar)
    try learnPhotographs(on: &page, in: scalar)
    certifyClassifier(on: &page, network, data)
  }
}

/*:
 **Onward.** Cats and dogs are two. [Chapter 4](chapter:4) asks which of many.
 */
