extension Collection {
  /// Returns this collection in consecutive slices of `length` elements; the last may be shorter.
  ///
  /// - Precondition: `length` is at least 1.
  /// - Complexity: O(n / `length`) for random access, else O(n).
  public func chunked(by length: Int) -> [SubSequence] {
    precondition(length > 0, "chunks of \(length) elements; at least 1 is expected")
    var chunks: [SubSequence] = []
    var start = startIndex
    while start != endIndex {
      let end = index(start, offsetBy: length, limitedBy: endIndex) ?? endIndex
      chunks.append(self[start..<end])
      start = end
    }
    return chunks
  }
}
