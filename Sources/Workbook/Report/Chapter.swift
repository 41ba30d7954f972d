import Tensors
import Text

/// A chapter of the book: the one thing that its module shows.
public struct Chapter: Sendable {
  /// Its position in the book, from 1.
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

  /// Runs the chapter and returns its report; its time is that of the run, without that of `show`.
  ///
  /// - Parameters:
  ///   - options: The seed, the precision and the data.
  ///   - show: Called with each thing that the chapter shows, as it comes.
  /// - Throws: What the lesson throws: an `InputError` where its data is missing or damaged.
  public func report(
    options: RunOptions, show: @escaping (RunEvent) -> Void = { _ in }
  ) throws -> Report {
    let clock = ContinuousClock()
    // A reader may take minutes to answer a question; those are no part of the run.
    var shown = Duration.zero
    var run = RunRecorder(chapter: self, options: options) { event in
      shown += clock.measure { show(event) }
    }
    let start = clock.now
    switch options.precision {
    case .float: try lesson.run(on: &run, in: Float.self)
    case .double: try lesson.run(on: &run, in: Double.self)
    }
    var report = run.report
    report.seconds = (clock.now - start - shown) / .seconds(1)
    return report
  }
}

/// What a chapter does when it is run, in either precision.
public protocol Lesson: SendableMetatype {
  /// Runs the chapter's experiments and records what they give.
  static func run<Scalar: FloatingField>(
    on run: inout RunRecorder, in scalar: Scalar.Type) throws
}

/// The options of a run of a chapter.
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
  /// The folder of the reader's own photographs, which chapters 3, 5 and 9 learn from; `nil` for none.
  public var imagesFolder: String?
  /// The reader's own picture of a digit, which chapter 9 looks at; `nil` for none.
  public var imageFile: String?
  /// Settings that the reader chose, by name; each is a finite number, at least 0.
  public var settings: [String: Double] = [:]

  /// Creates the options of an ordinary run.
  public init() {}
}
