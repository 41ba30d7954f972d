import Testing

@testable import Weaver

/// What the book prints of a page's Swift.
@Suite struct CodePieceTests {
  /// Returns the printed lines and the experiments' sentences of a page of code.
  func pieces(_ code: String) -> [String] {
    let document = Document(swift: code, file: "Chapters/07-Small/1-Page.swift")
    return document.blocks.map { block in
      switch block.content {
      case .code(let lines): lines.joined(separator: "\n")
      case .experiment(let summary): "experiment: \(summary.compactMap(\.prose).joined())"
      default: "something else"
      }
    }
  }

  @Test func `an experiment is not printed, and its sentence is`() {
    let code = """
      let before = 1

      /// Trains twice. And more that nobody needs.
      ///
      /// - Parameter run: The run.
      @discardableResult
      package func train<Scalar: FloatingField>(
        on run: inout RunRecorder, in scalar: Scalar.Type
      ) -> (
        Int, Int
      ) {
        if true {
          print(1)
        }
      }

      func after() -> Int { 2 }
      """
    #expect(
      pieces(code) == ["let before = 1", "experiment: Trains twice.", "func after() -> Int { 2 }"])
  }

  @Test func `a function inside an experiment is part of it`() {
    let code = """
      /// Trains.
      func train(on run: inout RunRecorder) {
        func helper() {}
      }
      """
    #expect(pieces(code) == ["experiment: Trains."])
  }

  @Test func `experiments that follow each other are told once`() {
    let code = """
      /// Measures 1.5 times.
      func first(on run: inout RunRecorder) {
      }

      /// Helps.
      func second(on run: inout RunRecorder) { run.log("") }
      """
    #expect(pieces(code) == ["experiment: Measures 1.5 times."])
  }

  @Test func `a type is an experiment where all of its functions are`() {
    let method = """
        /// Records it.
        func show(on run: inout RunRecorder) {
        }
      """
    let other = """
        func count() -> Int { 3 }
      """
    #expect(pieces("/// Shows.\nextension Score {\n\(method)\n}") == ["experiment: Shows."])
    #expect(
      pieces("extension Score {\n\(method)\n\(other)\n}")
        == ["extension Score {\n\(method)\n\(other)\n}"])
  }

  @Test func `what announces the chapter is not printed`() {
    let code = """
      extension Chapter {
        static let small = 1
      }

      enum SmallLesson: Lesson {
        static func run(on run: inout RunRecorder) {
        }
      }

      let end = 1
      """
    #expect(pieces(code) == ["let end = 1"])
  }

  @Test func `what only makes code fast is not printed`() {
    let code = """
      extension Line {
        @specialized(where Scalar == Float)
        @specialized(where Scalar == Double)
        func slope() {}
      }
      """
    #expect(pieces(code) == ["extension Line {\n  func slope() {}\n}"])
  }

  @Test func `an experiment without a sentence is a complaint`() {
    let document = Document(
      swift: "\nfunc train(on run: inout RunRecorder) {\n}", file: "Chapters/07-Small/1-Page.swift")
    #expect(document.errors.map(\.position.line) == [2])
  }

  @Test func `a call that mentions a recorder is no experiment`() {
    #expect(
      pieces("func f() {\n  let run: RunRecorder? = nil\n}")
        == ["func f() {\n  let run: RunRecorder? = nil\n}"])
  }
}
