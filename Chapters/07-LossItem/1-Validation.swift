import Autograd
import BinaryClassifier
import Regression
import Workbook

/*:
 # 7 · A loss keeps its graph alive

 At the end of this chapter you can say of any object in a training what keeps
 it in memory and how many bytes that costs, and you can prove with a count that
 your training needs as much memory at its last step as at its first.

 What fails is a training that was right. Somebody adds a validation loss, to
 see when to stop:

     history.append(lossOnValidationExamples)

 The curve is what it should be, and so is the network. But with each epoch the
 program takes more memory, until the machine has none left, and the error names
 whichever line asked for memory last. No formula is wrong. The history holds
 more than it should.

 > **Guess:** A network of two hidden layers of \(bytes.width) units looks at
 > \(bytes.batch) small images. The loss is one number. How many bytes does the
 > history keep for it?
 >
 > It keeps \(bytes.validation) bytes, and the number is \(bytes.number) of
 > them.

 A loss of [chapter 6](chapter:6) holds the graph that it was computed by,
 because a backward pass needs that graph. So a list that holds a loss holds the
 whole graph, with all activations, the examples, and weights that are out of
 date. A number has no graph. `item()` returns the number alone, and at the end
 of the step nothing holds the graph:

     history.append(lossOnValidationExamples.item())

 ![Who holds what: a list of losses and a list of numbers, with the bytes of one
 step](figure:owners)

 ## Bytes, counted

 Every matrix lies in a **buffer**, a piece of memory that several matrices may
 share until one of them is written. So count the bytes of the buffers, each
 buffer once, and those of the parameters not at all.
 */

/// The bytes that stay in memory for one step.
struct HeldBytes: Equatable {
  /// The values of the nodes that were computed.
  var values = 0
  /// The examples and their targets.
  var examples = 0
  /// The weights from before the step.
  var weights = 0

  var all: Int { values + examples + weights }
}

/*:
 No tool is needed to see whether a graph holds a buffer. Swift copies a buffer
 that has two holders when one of them writes to it, so the entries move.
 */

extension Matrix {
  var bytes: Int { rows * columns * MemoryLayout<Scalar>.stride }

  /// The buffer of the entries, by its address.
  var buffer: UnsafePointer<Scalar>? { withElements { $0.baseAddress } }

  /// Returns the bytes if something else holds the buffer too, and 0 if not.
  ///
  /// Something else does if the entries move when they are about to be written.
  mutating func sharedBytes() -> Int {
    let before = buffer
    let after = withMutableElements { UnsafePointer($0.baseAddress) }
    return before == after ? 0 : bytes
  }
}

/*:
 The values of nodes are found by the traversal of [chapter 6](chapter:6), and
 each buffer is taken once.
 */

extension HeldBytes {
  /// Adds the values of the nodes that a loss holds, each buffer once.
  mutating func add<Scalar: Field>(valuesOf loss: Variable<Scalar>) {
    var seen = Set<UnsafePointer<Scalar>>()
    for node in loss.topologicalOrder() where node.parentCount > 0 {
      if let buffer = node.value.buffer, seen.insert(buffer).inserted {
        values += node.value.bytes
      }
    }
  }
}
