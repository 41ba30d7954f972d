import Testing
import Workbook

@testable import Autograd

extension Subject {
  /// Every small formula of chapter 6: two of scalars, and every network by a graph.
  static let autograd = ((try? Autograd.smallFormulas()) ?? []).map {
    Subject(formula: $0, prefix: "by a graph, ")
  }
}

/// Every network by hand and by the graph.
@Suite struct AutogradCrossCheckTests {
  @Test func `gradients by hand and by a graph are equal in fractions, Float and Double`() throws {
    let checks = try crossChecks()
    #expect(checks.count == 8 && checks.filter { $0 is any AlgebraicCrossCheck }.count == 5)
    for check in checks {
      #expect(check.ulpsApart(in: Float.self) == 0, "\(check.name)")
      #expect(check.ulpsApart(in: Double.self) == 0, "\(check.name)")
      if let exact = check as? any AlgebraicCrossCheck {
        #expect(exact.isEqualInFractions, "\(check.name)")
      }
    }
  }

  @Test func `a difference of a bit would be seen`() throws {
    let check = try #require(try crossChecks().first)
    let w = check.evaluationPoint.map { $0.map { Float($0) } }
    var nudged = w
    nudged[0].elements[0] = w[0].elements[0].nextUp
    #expect(check.gradient(at: w).map(\.elements) != check.gradient(at: nudged).map(\.elements))
  }
}
