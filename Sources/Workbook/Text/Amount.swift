/// Returns a count with its noun, such as 1 exercise and 2 exercises.
package func amount(_ count: Int, of noun: String) -> String {
  "\(count) \(noun)\(count == 1 ? "" : "s")"
}
