import Testing
import Workbook

@testable import Autograd
@testable import Checks
@testable import ConvNet

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

  @Test func `more images than a micro-batch holds have the right gradient, by every method`()
    throws
  {
    let check = try manyImages()
    #expect(check.data.count > microBatchSize && check.data.count % microBatchSize != 0)
    #expect(check.isEqualInFractions && check.ulpsApart(in: Double.self) <= 32)
    let certificate = Certificate(of: check)
    #expect(certificate.verdict == .pass, "\(certificate.asCheck)")
    #expect(certificate.findings.count == 7)
    #expect(Certificate(atScale: check).verdict == .pass)
    for tensor in check.evaluationPoint.indices {
      let entry = Subject(formula: check).largestEntry(in: tensor)
      let mutant = Mutant(check, at: entry, part: 0x1p-30)
      #expect(mutant.exactFinding().verdict == .fail && mutant.directionFinding().verdict == .fail)
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
