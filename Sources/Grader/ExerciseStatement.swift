/// The statement of an exercise: the prose at the head of its file.
///
/// It opens with `# 4.2 · A log-softmax that holds ★★`, and its first paragraph with the kind in italics, as in
/// `*Implement.*`.
struct ExerciseStatement {
  let chapter: Int
  let number: Int
  let title: String
  let stars: Int
  let kind: Exercise.Kind
  let lines: [String]
  /// The line of the heading in the file.
  let line: Int

  /// Reads the statement of a solution.
  init(of text: String, file: String) throws(CatalogueErrors) {
    let all = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    func fail(_ line: Int, _ problem: String) -> CatalogueErrors {
      CatalogueErrors(errors: [CatalogueError(file: file, line: line, problem: problem)])
    }
    guard let start = all.firstIndex(where: { $0.hasPrefix("/*:") }),
      let end = all[start...].firstIndex(where: { $0.hasSuffix("*/") })
    else {
      throw fail(1, "the file must begin with its statement, between /*: and */, and has none")
    }
    let body = all[(start + 1)..<end].map { $0.hasPrefix(" ") ? String($0.dropFirst()) : $0 }
    lines = body
    line = start + 2
    guard let heading = body.first,
      let parts = heading.wholeMatch(of: /# (\d+)\.(\d+) · (.*\S) (★{1,3})/),
      let chapter = Int(parts.1), let number = Int(parts.2)
    else {
      throw fail(
        start + 2,
        "the statement must begin with a line such as # 4.2 · What it is ★★, and begins with: \(body.first ?? "")"
      )
    }
    (self.chapter, self.number) = (chapter, number)
    title = String(parts.3)
    stars = parts.4.count
    let kinds = Exercise.Kind.allCases
    guard let paragraph = body.dropFirst().firstIndex(where: { !$0.isEmpty }),
      let kind = kinds.first(where: { body[paragraph].hasPrefix("*\($0.rawValue).*") })
    else {
      let names = kinds.map { "*\($0.rawValue).*" }.joined(separator: ", ")
      throw fail(start + 3, "the first paragraph must begin with one of \(names)")
    }
    self.kind = kind
  }
}
