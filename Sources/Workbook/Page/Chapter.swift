/// A chapter of the book: the one thing that its module shows.
public struct Chapter: Sendable {
  /// Its place in the book, from 1.
  public let number: Int
  /// Its title.
  public let title: String
  /// What it asks, in a sentence.
  public let question: String
  private let lesson: any Lesson.Type

  /// Announces a lesson as a chapter.
  public init(number: Int, title: String, question: String, lesson: any Lesson.Type) {
    self.number = number
    self.title = title
    self.question = question
    self.lesson = lesson
  }

  /// Runs the chapter and returns its report.
  ///
  /// - Parameters:
  ///   - options: The seed, the precision and the data.
  ///   - show: Called with each thing that the chapter shows, as it comes.
  /// - Throws: What the lesson throws: an `InputError` where its data is missing or damaged.
  public func report(
    options: RunOptions, show: @escaping (PageEvent) -> Void = { _ in }
  ) throws -> Report {
    var page = Page(chapter: self, options: options, show: show)
    let clock = ContinuousClock()
    let start = clock.now
    switch options.precision {
    case .float: try lesson.teach(on: &page, in: Float.self)
    case .double: try lesson.teach(on: &page, in: Double.self)
    }
    var report = page.report
    report.seconds = (clock.now - start) / .seconds(1)
    return report
  }
}

/// What a chapter does when it is run, in either precision.
public protocol Lesson: SendableMetatype {
  /// Runs the chapter's experiments and puts what they give on a page.
  static func teach<Scalar: FloatingField>(
    on page: inout Page, in scalar: Scalar.Type) throws
}

/// What a run of a chapter may be told.
public struct RunOptions: Equatable, Sendable {
  /// The precision that networks are trained in.
  public enum Precision: String, Sendable, CaseIterable { case float, double }

  /// The seed of all random numbers.
  public var seed: UInt64 = 1
  /// Whether to train for a shorter time, for a first look.
  public var isQuick = false
  /// The precision that networks are trained in.
  public var precision = Precision.float
  /// The folder of the data sets; `nil` for the one in the package.
  public var dataFolder: String?
  /// The folder of the reader's own photographs, which chapters 3 and 5 learn from; `nil` for none.
  public var imagesFolder: String?

  /// Creates the options of an ordinary run.
  public init() {}
}
