import Testing

@testable import Weaver

@Suite struct PublicNameTests {
  @Test func `public names are found, with their first sentence`() {
    let text = """
      import Text

      /// A matrix of numbers. It is a value.
      public struct Matrix<Scalar: Field>: Equatable {
        /// The number of rows.
        public let rows: Int
        private let storage: [Int]

        /// Creates a matrix
        /// of one value.
        ///
        /// - Parameter value: The value.
        @inlinable
        public init(
          rows: Int, _ value: Scalar
        ) {
          self.rows = rows
        }
      }

      extension Matrix {
        /// Returns the sum.
        public static func + (a: consuming Matrix, b: Matrix) -> Matrix { a }
        public private(set) var count = 1
        func hidden() {}
      }

      /// What a number has.
      public protocol Field {
        /// Returns eˣ.
        static func exp(_ x: Self) -> Self
      }

      /// The product.
      public func matmul<S>(_ a: S, _ b: S)
        -> S
      {
        a
      }
      """
    let names = publicNames(in: text)
    #expect(
      names.map { "\($0.type).\($0.name)" } == [
        "Matrix.Matrix", "Matrix.rows", "Matrix.init", "Matrix.+", "Matrix.count", "Field.Field",
        "Field.exp", ".matmul",
      ])
    #expect(
      names.map(\.summary) == [
        "A matrix of numbers.", "The number of rows.", "Creates a matrix of one value.",
        "Returns the sum.", "", "What a number has.", "Returns eˣ.", "The product.",
      ])
    #expect(names[2].declaration == "init(rows: Int, _ value: Scalar)")
    #expect(names[7].declaration == "func matmul<S>(_ a: S, _ b: S) -> S")
  }

  @Test func `the page has a line of the book beside a name`() {
    let text = """
      /// A vector.
      public struct Vector {
        /// The sum.
        public var sum: Double { 0 }
        /// Nobody's.
        public func unused() {}
      }
      """
    let page = LibraryPage(
      folders: [("Arrays", [text])], printed: [(2, "let s = x.sum | y"), (3, "x.sum")])
    #expect(page.lines.contains("### `Vector`"))
    #expect(
      page.lines.contains(
        "| `var sum: Double` | The sum. | `let s = x.sum \\| y` ([2](chapter:2)) |"))
    #expect(page.lines.contains("| `func unused()` | Nobody's. |  |"))
  }
}
