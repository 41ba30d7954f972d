import ConvNet
import Workbook

/*:
 ## The certificate

 The checks know nothing of graphs. They check the gradient that a backward pass
 computes for each network, and for two formulas of single numbers that use
 every operation of a `Value`. New in this chapter: a `Value` and a `Variable`
 run over exact fractions and over balls as they run over `Float`, so the
 methods need nothing of their own for a program that finds its backward pass by
 itself.

 ![The certificate of this chapter](table:certificate)
 */

//#-hidden-code
/// A formula of four numbers, each a node of a graph.
struct ValueFormula: AlgebraicFormula {
  let name = "scalars, algebraic"
  let evaluationPoint = [Tensor("v", Vector([1.5, -0.75, 0.625, 2.25]))]

  /// v₁v₂/v₃ − relu(v₁ − v₄) + relu(v₄)³, with v₁ used three times.
  func graph<Scalar: OrderedField>(
    _ v: [Value<Scalar>]
  ) -> Value<Scalar> {
    let ratio = v[0] * v[1] / v[2]
    return ratio - (v[0] - v[3]).relu() + (v[3] + v[0]).relu().power(3)
  }

  func loss<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> Scalar {
    graph(w[0].elements.map { Value($0) }).data
  }

  func gradient<Scalar: OrderedField>(
    at w: [Tensor<Scalar>]
  ) -> [Tensor<Scalar>] {
    let leaves = w[0].elements.map { Value($0) }
    graph(leaves).backward()
    return [Tensor("v", Vector(leaves.map(\.gradient)))]
  }
}

/// A formula of four numbers with exponential functions.
struct SmoothValueFormula: Formula {
  let name = "scalars, smooth"
  let evaluationPoint = [Tensor("v", Vector([0.5, -0.75, 0.625, 1.25]))]

  /// (tanh(v₁v₂ + v₃) − v₄)² + log(1 + e^v₁), with v₁ used twice.
  func graph<Scalar: AnalyticField>(
    _ v: [Value<Scalar>]
  ) -> Value<Scalar> {
    neuron(v[0], v[1], v[2], v[3]) + (Value(1) + v[0].exp()).log()
  }

  func loss<Scalar: AnalyticField>(at w: [Tensor<Scalar>]) -> Scalar {
    graph(w[0].elements.map { Value($0) }).data
  }

  func gradient<Scalar: AnalyticField>(
    at w: [Tensor<Scalar>]
  ) -> [Tensor<Scalar>] {
    let leaves = w[0].elements.map { Value($0) }
    graph(leaves).backward()
    return [Tensor("v", Vector(leaves.map(\.gradient)))]
  }
}

/// Returns the small formulas of this chapter, at fixed points.
func smallFormulas() throws(WindowError) -> [any Formula] {
  [ValueFormula(), SmoothValueFormula()] + (try crossChecks())
}
//#-end-hidden-code

/// Certifies the backward passes of this chapter.
func certifyAutograd(on run: inout RunRecorder) throws(WindowError) {
  run.section("The certificate of this chapter")
  run.certify(try smallFormulas(), atScale: [try manyImages()])
}
