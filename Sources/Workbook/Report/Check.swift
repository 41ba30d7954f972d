import Tensors
import Text

/// A claim, and whether a run confirmed it.
public struct Check: Equatable, Sendable {
  /// Whether a claim holds.
  public enum Verdict: String, Sendable { case pass, fail, undecided }

  /// The claim, as a sentence.
  public let name: String
  /// Whether the run confirmed it.
  public let verdict: Verdict
  /// What was measured.
  public let detail: String

  /// States a claim with its verdict.
  public init(_ name: String, _ verdict: Verdict, detail: String) {
    self.name = name
    self.verdict = verdict
    self.detail = detail
  }
}
