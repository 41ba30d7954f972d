import BinaryClassifier
import Workbook

/*:
 ## Forward or backward

 The chain rule is a product of Jacobian matrices, one for each operation:
 $J = J_k \cdots J_2 J_1$. It may be computed from either end.

 **Forward mode** begins at an input. It gives the input a direction $v$ and
 carries a derivative along with each value, $J_1 v$, then $J_2 J_1 v$, and so
 on. The result is the **Jacobian–vector product** $J v$, or JVP. Dual numbers
 do exactly this. One pass finds the derivatives of *all outputs* with respect
 to *one input*, and nothing has to be stored.

 **Reverse mode** begins at an output. It carries a gradient $u$ back through
 the operations, $u^\top J_k$, then $u^\top J_k J_{k-1}$, and so on. The result
 is the vector–Jacobian product $u^\top J$. One pass finds the derivatives of
 *one output* with respect to *all inputs*, and the activations have to be
 stored until the pass has used them.

 > **Guess:** A function has one input and \(modes.many) outputs. How many
 > passes does each mode take for all derivatives? And with \(modes.many) inputs
 > and one output?
 >
 > With one input, forward mode takes one pass and reverse mode \(modes.many).
 > With one output it is the other way round. A loss is one output, and the
 > weights are many inputs. That is why networks are trained in reverse mode.

 ![Operations for all derivatives of a function of three layers, by both
 modes](table:modes)

 The function has layers of \(modes.width) numbers between inputs and outputs,
 and every addition and multiplication is counted, and each pass computes the
 function anew. Both modes find the same matrix.
 */

/// Counts the operations of all derivatives of a function, by both modes.
func compareModes(on run: inout RunRecorder) {
  run.section("Forward or backward")
  run.ask("One output of many inputs: which mode costs less?")
  let many = run.setting(
    64, as: "modes.many", label: "inputs or outputs, where there are many")
  let width = run.setting(16, as: "modes.width", label: "numbers in a layer")
  var random = run.random("modes")
  var table = Table(
    "modes",
    columns: ["inputs", "outputs", "function alone", "forward", "reverse"])
  var (areEqual, costs) = (true, [(forward: Int, reverse: Int)]())
  for (inputs, outputs) in [(1, many), (many, many), (many, 1)] {
    let function = LayeredFunction(inputs, width, outputs, using: &random)
    let alone = Counted.counting { function.values() }.operations
    let forward = Counted.counting { function.jacobianForward() }
    let reverse = Counted.counting { function.jacobianReverse() }
    areEqual = areEqual && forward.result.isClose(to: reverse.result)
    costs.append((forward.operations, reverse.operations))
    table.add([
      .count(inputs), .count(outputs), .count(alone),
      .count(forward.operations), .count(reverse.operations),
    ])
  }
  run.show(table)
  run.check(
    "both modes find the same derivatives", areEqual,
    detail: "to twelve digits of the largest")
  run.check(
    "one input is cheaper in forward mode, and one output in reverse mode",
    costs[0].forward < costs[0].reverse && costs[2].reverse < costs[2].forward,
    detail: "counted operations")
}

//#-hidden-code
/// Three linear layers with squares between them, as a function of its inputs.
private struct LayeredFunction {
  let weights: [Matrix<Double>]
  let x: Matrix<Double>  // [1, inputs]

  init(_ inputs: Int, _ width: Int, _ outputs: Int, using r: inout SplitMix64) {
    x = .dyadic(1, inputs, using: &r)
    weights = [(inputs, width), (width, width), (width, outputs)].map {
      .dyadic($0.0, $0.1, using: &r)
    }
  }

  func callAsFunction<Scalar: Field>(
    _ x: Variable<Scalar>
  ) -> Variable<Scalar> {
    let w = weights.map { Variable(Matrix<Scalar>($0)) }
    let (h1, h2) = (x • w[0], { (h: Variable<Scalar>) in (h ⊙ h) • w[1] })
    let h = h2(h1)
    return (h ⊙ h) • w[2]
  }

  func values() -> [Double] {
    noGrad { self(Variable(Matrix<Counted>(x))) }.value.elements.map(\.value)
  }

  /// Returns the derivatives, [outputs, inputs]: one pass for each input.
  func jacobianForward() -> Matrix<Double> {
    let columns = (0..<x.columns).map { varied in
      let duals = Matrix<Dual<Counted>>(rows: 1, columns: x.columns) {
        Dual(Counted(x[$0, $1]), derivative: $1 == varied ? 1 : 0)
      }
      return noGrad { self(Variable(duals)) }.value.elements
        .map(\.derivative.value)
    }
    return Matrix(rows: columns[0].count, columns: columns.count) {
      columns[$1][$0]
    }
  }

  /// Returns the derivatives, [outputs, inputs]: one pass for each output.
  func jacobianReverse() -> Matrix<Double> {
    let outputs = weights[2].columns
    let rows = (0..<outputs).map { output in
      let input = Variable(Matrix<Counted>(x), as: .weight)
      let chosen = Matrix<Counted>(rows: 1, columns: outputs) {
        $1 == output ? 1 : 0
      }
      (self(input) ⊙ Variable(chosen)).sum().backward()
      return input.gradient.matrix.elements.map(\.value)
    }
    return Matrix(rows: outputs, columns: x.columns) { rows[$0][$1] }
  }
}

extension Matrix<Double> {
  /// Whether all entries agree to twelve digits of the largest.
  fileprivate func isClose(to other: Matrix) -> Bool {
    let largest = elements.map(\.magnitude).max() ?? 0
    return zip(elements, other.elements).allSatisfy {
      abs($0 - $1) <= 1e-12 * largest
    }
  }
}
//#-end-hidden-code
