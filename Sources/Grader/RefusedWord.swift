/// Something of an answer's text with which it is not compiled, because its check could be deceived by it.
struct RefusedWord: Equatable {
  /// Why it is refused, as a sentence without its period.
  let sentence: String
  /// The line, from 1.
  let line: Int

  /// Finds the first; `nil` where there is none.
  init?(in answer: String) {
    let found = AnswerScan(answer).findings.lazy.compactMap { finding in
      Self.sentence(on: finding).map { ($0, finding.line) }
    }.first
    guard let found else { return nil }
    (sentence, line) = found
  }

  private static func sentence(on finding: AnswerScan.Finding) -> String? {
    switch finding.kind {
    case .testableImport:
      "an answer must not have @testable: it opens what the check keeps to itself"
    case .sourceLocation:
      "an answer must not have #sourceLocation: verdicts would name other lines"
    case .length: "the file is \(finding.text); no answer needs a tenth of that"
    case .attribute, .shadow, .examExtension, .foreignImport, .pointer: nil
    }
  }
}
