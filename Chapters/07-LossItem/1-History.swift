import Autograd
import BinaryClassifier
import Regression
import Workbook

/*:
 # 7 · A loss keeps its graph alive

 Here are two ways to keep a record of a training. The first is

     history.append(loss)

 and the second has seven characters more:

     history.append(loss.item())

 Both plot the same curve. With the second, a training may run for any number of
 steps. With the first it takes more memory at each step, until the machine has
 none left, and the error names whichever line asked for memory last. No formula
 is wrong. The history holds more than it should.

 A loss of [chapter 6](chapter:6) holds the graph that it was computed by,
 because a backward pass needs that graph. So a list that holds a loss holds the
 whole graph:

     history → loss → linear → relu → linear → relu → linear

 A number has no graph. `item()` returns the number alone, and at the end of the
 step nothing holds the graph.

 ## A training that counts its nodes

 The difference can be counted. Each node reports when it is created and when it
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

  /// Creates a network of three linear layers, and circles to classify.
  init(using random: inout SplitMix64) {
    let counter = NodeCounter()
    let points = LabelledPoints.circles(32, using: &random)
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
}

/// A run that leaks stops at this number of nodes, on any machine.
let mostNodes = 200_000
