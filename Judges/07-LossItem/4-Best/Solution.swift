import Grading
import Workbook

/*:
 # 7.4 · The best model is always the last ★★

 *Find the bug.* A training goes astray now and then, and so the best model seen
 on the way is kept. Here `Model` is a structure, and a structure is copied when
 it is assigned. Its parameters are objects, though, and of those the copy has
 the same: whatever the optimiser does to the one happens to the other.
 PyTorch's own tutorial had the bug (pytorch/tutorials#188), and many had it
 from there.

 No count of nodes will show it, for nothing is held too long. Three things to
 write:

 **The check.** `sharedParameters` returns how many parameter objects two models
 have in common: the same object, wherever it stands in the one and in the
 other. Two parameters that are equal are not the same.

 **The copy.** `copy()` returns a model with parameters of its own, with the
 same values and gradients.

 **The training.** `trainKeepingBest` looks at the loss before each step and
 after the last one, and returns the model whose loss was least, as it was then.
 */

/// A number that is learned. The optimiser changes it in place.
final class Parameter {
  var value: Double
  var gradient = 0.0

  init(_ value: Double) { self.value = value }
}

/// A line, w · x + b.
struct Model {
  var weights: [Parameter]
  var bias: Parameter

  init(weights: [Double], bias: Double) {
    self.weights = weights.map { Parameter($0) }
    self.bias = Parameter(bias)
  }

  /// All parameters, the bias last.
  var parameters: [Parameter] { weights + [bias] }
}

/// Returns how many parameter objects two models have in common.
func sharedParameters(_ one: Model, _ other: Model) -> Int {
  //#-answer
  one.parameters.count { own in other.parameters.contains { $0 === own } }
  //#-end
}

extension Model {
  /// Returns a model with the same values and gradients, and objects of its
  /// own.
  func copy() -> Model {
    //#-answer
    let copy = Model(weights: weights.map(\.value), bias: bias.value)
    for (new, old) in zip(copy.parameters, parameters) { new.gradient = old.gradient }
    return copy
    //#-stub
    // self
    //#-end
  }
}

/// Trains, and returns the best model that was seen.
///
/// - Parameters:
///   - model: The model, which is changed in place.
///   - steps: How many steps to take.
///   - loss: Returns the loss of a model.
///   - step: Takes a step of the optimiser on a model.
func trainKeepingBest(
  _ model: Model, steps: Int, loss: (Model) -> Double, step: (Model) -> Void
) -> Model {
  //#-answer
  var best = model.copy()
  var least = loss(model)
  for _ in 0..<steps {
    step(model)
    let now = loss(model)
    if now < least {
      least = now
      best = model.copy()
    }
  }
  return best
  //#-stub
  // var best = model
  // var least = Double.infinity
  // for _ in 0..<steps {
  //   if loss(model) < least {
  //     least = loss(model)
  //     best = model
  //   }
  //   step(model)
  // }
  // return best
  //#-end
}
