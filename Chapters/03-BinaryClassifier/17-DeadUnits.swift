import Regression
import Workbook

/*:
 ## Dead units

 A ReLU whose pre-activation is zero or negative for every example has the
 output zero and the derivative zero. So its weights have the gradient zero,
 and only weight decay still changes them. The unit is **dead**. Without weight
 decay it stays dead in the first layer, because its inputs never change. In a
 later layer it may become active again when the layers before it change its
 inputs.

 To find dead units, look for those whose derivative is zero in every row. Of
 the \(dead.units) hidden units for cats and dogs \(dead.count) are dead at the
 end. A few dead units waste some memory and time, no more.
 */

extension Network where Scalar: FloatingField {
  /// Returns how many units of each hidden layer have the derivative 0 in each
  /// row.
  ///
  /// - Parameter x: The inputs, `[n, features]`.
  func deadUnits(on x: Matrix<Scalar>) -> [(dead: Int, of: Int)] {
    var a = x
    return layers.dropLast().map { layer in
      let z = a • layer.weights + layer.bias  // [n, out]
      let derivatives = layer.activation.derivative(at: z)  // [n, out]
      let alive = (0..<z.columns).filter { unit in
        (0..<z.rows).contains { derivatives[$0, unit] != 0 }
      }
      a = layer.activation(z)  // [n, out]
      return (z.columns - alive.count, z.columns)
    }
  }
}
