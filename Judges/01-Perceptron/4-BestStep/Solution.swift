import Grading
import Workbook

/*:
 # 1.4 · How small is small, for a steep curve? ★★

 *Measure.* For $e^x$ the best step of a central difference was $2^{-17}$ in
 `Double` and $2^{-8}$ in `Float`. Somebody remembers these two and uses them
 for every function. In the file is a steeper one, $e^{8x}$, with its
 derivative.

 First write the function that measures: the largest error, in magnitude, that
 the central difference of `curve` makes at the 17 points −1, −7/8, … 7/8, 1.
 These points and steps that are powers of two add up without rounding.

 Then measure. `Scalar(sign: .plus, exponent: -9, significand: 1)` is $2^{-9}$,
 and what you `print` in the body of one of the two answers is shown with the
 verdict. For each format write the exponent of the power of two with the least
 error; a step passes if its error is at most three times the least that any
 power of two has.

 Before you run it: the steps of $e^x$ were near $\sqrt[3]{3 \varepsilon}$.
 What becomes of the cube root when the third derivative is 512 times the
 function?
 */

/// e⁸ˣ, to be differentiated.
func curve<Scalar: FloatingField>(_ x: Scalar) -> Scalar { Scalar.exp(8 * x) }

/// The derivative of e⁸ˣ, 8 e⁸ˣ.
func derivative<Scalar: FloatingField>(_ x: Scalar) -> Scalar {
  8 * Scalar.exp(8 * x)
}

/// Returns the worst error of central differences of `curve` at the points.
///
/// - Parameter step: The step h, a power of two.
func worstError<Scalar: FloatingField>(step: Scalar) -> Scalar {
  //#-answer
  (-8...8).map { eighth in
    let x = Scalar(eighth) / 8
    let difference = (curve(x + step) - curve(x - step)) / (2 * step)
    return abs(difference - derivative(x))
  }.reduce(0, max)
  //#-end
}

/// The exponent of the best step for `Float`.
var bestExponentForFloat: Int {
  //#-answer
  -11
  //#-end
}

/// The exponent of the best step for `Double`.
var bestExponentForDouble: Int {
  //#-answer
  -20
  //#-end
}
