import Grading
import Workbook

/*:
 # 6.2 · A number used twice, by hand ★★

 *Predict.* Take a pencil. Here is a graph of two leaves, a = 2 and b = −3:

     let c = a * b
     let d = a + c
     let loss = d * d + c

 Three of its numbers are used twice. First write down the values, from the top.
 Then go backwards: what is the gradient of the loss with respect to d, c, b and
 a? Each number hands its gradient on once, when it is complete, and what
 arrives along several paths is added up.

 Then the same graph by the pass that has been proposed for micrograd more than
 once (karpathy/micrograd#64 and #91). It has no order:

     func tell(_ node: Value) {
       for edge in node.edges { edge.parent.gradient += edge.back(node.gradient) }
       for edge in node.edges { tell(edge.parent) }
     }

 The edges of a node stand in the order in which the line names them: the loss
 has first the product and then c, and the product has d twice. The gradient of
 the loss is 1 before the pass begins, all others are 0. Which gradient does a
 have at the end? A list of the visits, one line each, keeps you from getting
 lost.

 The check does both passes, and compares. No number of yours is taken for right
 because it is written here.
 */

/// The gradients of the loss in four numbers.
struct Gradients {
  var d: Int
  var c: Int
  var b: Int
  var a: Int
}

/// Returns what a pass in order finds.
func gradientsInOrder() -> Gradients {
  //#-answer
  Gradients(d: -8, c: -7, b: -14, a: 13)
  //#-stub
  // Gradients(
  //   d: notAttempted(), c: notAttempted(),
  //   b: notAttempted(), a: notAttempted())
  //#-end
}

/// Returns the gradient with respect to a that the unordered pass ends with.
func gradientInAWithoutOrder() -> Int {
  //#-answer
  95
  //#-end
}
