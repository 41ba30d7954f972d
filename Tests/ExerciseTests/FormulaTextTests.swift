import Testing

@testable import Grader

/// Hints are read in a terminal, which has no LaTeX.
@Suite struct FormulaTextTests {
  @Test(arguments: [
    ("the $\\mathrm{d}\\hat Y$ of $n$", "the dY\u{302} of n"),
    ("$\\mathrm{d}W = X^\\top \\mathrm{d}Z$.", "dW = Xᵀ dZ."),
    ("$x^2 + x^{-40} + e^{-|z|}$", "x² + x⁻⁴⁰ + e^(−|z|)"),
    ("$w_1 = \\tfrac14$, $h^2 f'''/6$", "w₁ = 1/4, h² f′′′/6"),
    ("$\\sqrt[3]{3 \\varepsilon / 8}$", "∛(3 ε / 8)"),
    ("$y s = 0 \\le 0$ and no more", "y s = 0 ≤ 0 and no more"),
    ("$\\sigma'(z) = a(1 - a)$", "σ′(z) = a(1 − a)"),
    ("$\\begin{pmatrix} 1 & 2 \\\\ 3 & 4 \\end{pmatrix}$", "( 1 & 2 ; 3 & 4 )"),
    ("$\\partial M/\\partial \\hat Y$", "∂M/∂Y\u{302}"),
    ("one $ alone", "one $ alone"), ("", ""),
    ("`map { $0 + $1 }` of $n$", "`map { $0 + $1 }` of n"),
  ])
  func `formulas are plain text`(markdown: String, text: String) {
    #expect(FormulaText.plain(markdown) == text)
  }

  @Test func `no hint of the book keeps a command`() {
    for exercise in Shared.exercises {
      for level in exercise.hints.indices.map({ $0 + 1 }) {
        let text = exercise.hintText(level)
        #expect(!text.contains("\\"), "\(exercise.name), \(level): \(text)")
      }
    }
  }
}
