/// Marks where an answer is to be written: replace it by yours.
///
/// A check that comes here ends, and says that the exercise is not attempted.
public func notAttempted<Answer>(file: String = #filePath, line: Int = #line) -> Answer {
  ExamProcess.end(ExamEvent(ending: .notAttempted, file: file, line: line))
}

/// Marks where an answer is to be written: replace it by yours.
@_disfavoredOverload
public func notAttempted(file: String = #filePath, line: Int = #line) -> Never {
  ExamProcess.end(ExamEvent(ending: .notAttempted, file: file, line: line))
}
