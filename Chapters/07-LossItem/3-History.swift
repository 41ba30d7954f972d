import Autograd
import BinaryClassifier
import Regression
import Workbook

/*:
 ## A training that counts its nodes

 Bytes depend on shapes. What keeps a graph alive does not, and it can be
 counted without any tolerance. Each node reports when it is created and when it
 is released, so the number of live nodes is known exactly, whatever the system
 does with freed memory. A training below has a network, points to learn, and a
 counter of its own.
 */

/// A training whose nodes are counted.
struct CountedTraining<Scalar: FloatingField> {
  let counter: NodeCounter
  let model: Sequential<Scalar>
  var data: Dataset<Scalar>
  let optimizer: SGD<Scalar>
  //#-hidden-code

  /// Creates a network of three linear layers, and circles to classify.
  init(points count: Int = 32, using random: inout SplitMix64) {
    let counter = NodeCounter()
    let points = LabelledPoints.circles(count, using: &random)
    let model = NodeCounter.$current.withValue(counter) {
      Sequential<Scalar> {
        Linear(2, 8, using: &random)
        ReLU()
        Linear(8, 8, using: &random)
        ReLU()
        Linear(8, 1, using: &random)
      }
    }
    (self.counter, self.model) = (counter, model)
    data = points.binary(as: Scalar.self)
    optimizer = SGD(model.parameters, learningRate: 1 / 10)
  }
  //#-end-hidden-code

  /// The number of nodes that are alive, the network's own included.
  var alive: Int { withExtendedLifetime(model) { counter.alive } }
}

/*:
 A step is the usual one. Only its last line is new: a callback receives the
 outputs and the loss, and may keep either.
 */

extension CountedTraining {
  /// Takes a step, and passes the outputs and the loss to a callback.
  func step(_ keep: (_ z: Variable<Scalar>, _ loss: Variable<Scalar>) -> Void) {
    NodeCounter.$current.withValue(counter) {
      let z = model(data.x)
      let loss = Loss.binaryCrossEntropy(z, data.y)
      optimizer.zeroGrad()
      loss.backward()
      optimizer.step()
      keep(z, loss)
    }
  }
  //#-hidden-code

  /// Takes a number of steps, or fewer if more than `mostNodes` are alive.
  ///
  /// - Returns: The number of nodes alive after each step.
  func alive(
    after steps: Int, keeping keep: (Variable<Scalar>) -> Void
  ) -> [Int] {
    var alive: [Int] = []
    while alive.count < steps && self.alive < mostNodes {
      step { _, loss in keep(loss) }
      alive.append(self.alive)
    }
    return alive
  }
  //#-end-hidden-code
}

//#-hidden-code
/// A run that leaks stops at this number of nodes, on any machine.
let mostNodes = 200_000
//#-end-hidden-code
