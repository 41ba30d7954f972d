import Grading
import Workbook

/*:
 # 2.7 · A list of anything ★★

 *Explain.* A column of a table arrives as a list of anything: `[Any]`. The
 compiler refuses `Double.exp(value)` of such a value and offers to add
 `as! Double`, which stops the program at the first number that is not a
 `Double`. So somebody wrote `as? Double` and left out what is `nil`. That
 function stands in the file. It fails in silence: the whole number 3 is not a
 `Double`, it drops out, and everything behind it moves up by one place. (In
 Python such an array has the type `object`: numpy/numpy#18004.)

 1. Give a `witness`: five numbers, and nothing but numbers, of which
    `hopefulExponentials` returns exactly two. Any such list proves the point.
 2. Write `numbers`, the one door through which such a list comes in. Whole
    numbers and floating-point numbers of every type become `Double`; at
    anything else it throws, with the position and the type. It returns as many
    numbers as the list has, or none at all.
 3. Write `exponentials`, for lists behind that door. It asks for one `Scalar`
    for the whole list, and so the compiler refuses to hand it a list of
    anything. It is run in `Double`, in `Float` and in balls.
 */

/// Returns the exponentials of the numbers in a list, somebody hoped.
func hopefulExponentials(of values: [Any]) -> [Double] {
  values.compactMap { $0 as? Double }.map { Double.exp($0) }
}

/// Five numbers, of which `hopefulExponentials` returns two.
var witness: [Any] {
  //#-answer
  [1, 0.5, 2, Float(1.5), 2.5]
  //#-end
}

/// What is no number.
struct NotANumber: Error, Equatable {
  /// Where it stands in its list, from 0.
  var position: Int
  /// Its type, as `type(of:)` says it.
  var type: String
}

/// Returns a list of numbers of any types as numbers of one type.
///
/// - Throws: `NotANumber` at the first that is none.
func numbers(from values: [Any]) throws(NotANumber) -> [Double] {
  //#-answer
  var numbers: [Double] = []
  for (position, value) in values.enumerated() {
    switch value {
    case let whole as any BinaryInteger: numbers.append(Double(whole))
    case let real as any BinaryFloatingPoint: numbers.append(Double(real))
    default:
      throw NotANumber(position: position, type: "\(type(of: value))")
    }
  }
  return numbers
  //#-end
}

/// Returns the exponentials of numbers of one type.
func exponentials<Scalar: AnalyticField>(of values: [Scalar]) -> [Scalar] {
  //#-answer
  values.map { Scalar.exp($0) }
  //#-end
}
