import Foundation

/// A form in which a gradebook is written: each submission by itself, then what stands around them.
///
/// So a file of many submissions is written anew after each of them without being made anew.
package struct GradebookFormat: Sendable {
  /// Writes one submission.
  package let entry: @Sendable (Gradebook, Gradebook.SubmissionResult) throws -> String
  /// Writes the file, given the entries of the submissions in order.
  package let whole: @Sendable (Gradebook, [String]) throws -> String

  /// Returns the file of a gradebook.
  package func text(of book: Gradebook) throws -> String {
    try whole(book, book.results.map { try entry(book, $0) })
  }
}

extension Gradebook {
  /// The gradebook as JSON with sorted keys.
  package func json() throws -> Data { Data(try GradebookFormat.json.text(of: self).utf8) }

  /// The gradebook as a table: a row for each answer.
  package var csv: String { (try? GradebookFormat.csv.text(of: self)) ?? "" }

  /// The gradebook as JUnit writes the results of tests: a suite for each submission.
  package var junit: String { (try? GradebookFormat.junit.text(of: self)) ?? "" }
}
