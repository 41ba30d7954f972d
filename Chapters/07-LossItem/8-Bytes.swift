import Autograd
import Workbook

/*:
 ## Bytes, and a larger network

 A node of a small network holds little. What does a history cost that keeps a
 loss of a network for images, at each step? Every matrix lies in a **buffer**,
 a piece of memory that several matrices may share until one of them is
 written. So count the bytes of the buffers, each buffer once, and that of the
 parameters not at all.

 After a backward pass the VJPs have been released, and the graph holds the
 values of its nodes. Without a backward pass the VJPs hold more. That is the
 case of a loss on validation examples, which nobody differentiates. Its VJPs
 hold the examples. They also hold the weights of all layers but the first: the
 next step of the training may not write to a buffer that an old graph needs, so
 it copies the weights, and the old ones stay in memory.

 ![Bytes that stay in memory for each step](table:bytes)

 In the large network each training loss that is kept costs \(bytes.trained)
 bytes, and each validation loss \(bytes.validation). With `item()` both cost
 nothing.

 The fix for validation is `noGrad`: no graph is made at all. In PyTorch it is
 `torch.no_grad()`. People mistake `model.eval()` for it. But `eval()` changes
 what layers such as dropout compute, and does not touch the graph. The next
 section has the nodes that PyTorch holds with each of them.
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

extension Matrix {
  /// The bytes of the entries.
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
 No tool is needed to see whether a graph holds a buffer. Swift copies a buffer
 that has two holders when one of them writes to it, so the entries move. The
 values of nodes are found by the traversal, and each buffer is taken once.
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
