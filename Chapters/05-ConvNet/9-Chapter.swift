import Workbook

extension Chapter {
  /// Chapter 5: a window that moves over an image.
  public static let convNet = Chapter(
    number: 5, title: "A window that moves",
    question: "How does a network see the same cat somewhere else?",
    lesson: ConvNetLesson.self)
}

enum ConvNetLesson: Lesson {
  static func teach<Scalar: FloatingField>(
    on page: inout Page, in scalar: Scalar.Type
  ) throws {
  }
}
