extension Ball: Comparable {
  /// Returns whether a < b for all numbers in two balls, or for none of them.
  ///
  /// - Returns: nil where some are and some are not: where the balls overlap, or where they come so
  ///   close that 32 bits of a radius do not tell.
  public static func less(_ a: Ball, _ b: Ball) -> Bool? {
    Enclosure.less(a.enclosure, b.enclosure)
  }

  /// Whether a < b, where the balls know; where they do not, this is reported to ``Undecided``.
  ///
  /// During a recording, an undecided comparison goes by the midpoints.
  public static func < (a: Ball, b: Ball) -> Bool {
    if let answer = less(a, b) { return answer }
    Undecided.comparison("[\(a)] < [\(b)]")
    return Enclosure.less(
      a.enclosure.with(radius: .zero), b.enclosure.with(radius: .zero)) ?? false
  }

  /// Whether two balls have the same midpoint and the same radius.
  ///
  /// That is equality of the values of this type, as Swift means it: equal balls are
  /// interchangeable. It does not say that two numbers are equal, which balls can only say of exact
  /// ones. To ask whether they may be, see ``overlaps(_:)``.
  public static func == (a: Ball, b: Ball) -> Bool { a.enclosure == b.enclosure }

  /// Whether some number may be in both balls: false only where they lie apart.
  public func overlaps(_ other: Ball) -> Bool {
    Self.less(self, other) != true && Self.less(other, self) != true
  }
}
