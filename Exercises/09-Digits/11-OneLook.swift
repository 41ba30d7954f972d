import Grading
import Workbook

/*:
 # 9.11 · The best of forty on the test set ★★

 *Find the bug.* Forty networks were trained that differ in their settings. The
 program in the file tests all of them on the test set and reports the best. It
 compares them on the validation set too, and then uses that number for nothing.
 The best of forty test accuracies is an accuracy *and* good luck, and the luck
 will not come again. New data show a lower accuracy on average than was
 reported, even if all forty networks are equally good.

 Rewrite `report`:

 1. The model with the largest accuracy on the validation set is chosen. Of
    models with the same accuracy it is the first.
 2. What is reported is the accuracy of the chosen model on the test set.
 3. Each model predicts the validation set once. The chosen model predicts the
    test set once, and after the choice; no other model is ever asked about it,
    not even about a part of it.

 A model is a function from inputs to predicted classes. The grader's models
 count what they are asked.
 */

/// Inputs, and the class of each.
struct Examples {
  let x: Matrix<Double>  // [n, features]
  let labels: [Int]  // n
}

/// A trained model: it predicts the class of each row of inputs.
typealias Model = (_ x: Matrix<Double>) -> [Int]

/// Returns the fraction of examples that a model predicts right.
func accuracy(of model: Model, on examples: Examples) -> Double {
  let predicted = model(examples.x)
  let correct = zip(predicted, examples.labels).count { $0 == $1 }
  return Double(correct) / Double(examples.labels.count)
}

/// Chooses a model and reports how good it is.
///
/// - Returns: The position of the chosen model, and its accuracy on the test
///   set.
func report(
  _ models: [Model], validation: Examples, test: Examples
) -> (chosen: Int, accuracy: Double) {
  var chosen = 0
  var best = 0.0
  for (index, model) in models.enumerated() {
    _ = accuracy(of: model, on: validation)
    let own = accuracy(of: model, on: test)
    if own >= best { (chosen, best) = (index, own) }
  }
  return (chosen, best)
}
