import Autograd
import BinaryClassifier
import Regression
import Workbook

//#-hidden-code
/// Modules of chapter 6, with the loss that they are trained by.
package struct ModuleModel<Scalar: FloatingField>: Trainable {
  package let modules: any Module<Scalar>
  package let loss: Loss<Scalar>
  package init(_ modules: any Module<Scalar>, loss: Loss<Scalar>) {
    (self.modules, self.loss) = (modules, loss)
  }

  package var tensors: [Tensor<Scalar>] {
    get {
      modules.parameters.enumerated().map {
        Tensor("parameters.\($0)", $1.value)
      }
    }
    set { modules.setParameters(to: newValue.map(\.matrix)) }
  }

  package func logits(from x: Matrix<Scalar>) -> Matrix<Scalar> {
    noGrad { modules(Variable(x)).value }
  }

  package func makeSteps() {}

  package mutating func step(
    on batch: Dataset<Scalar>, in steps: inout Void,
    by optimiser: inout Optimiser<Scalar>
  ) -> Scalar {
    let loss = loss(modules(Variable(batch.x)), batch.y)
    modules.zeroGrad()
    loss.backward()
    optimiser.step { modules.visitParameters($0) }
    return loss.item()
  }
}

extension Network where Scalar: FloatingField {
  /// The network as modules of chapter 6, without the last activation.
  package var modules: [any Module<Scalar>] {
    layers.enumerated().flatMap { index, layer -> [any Module<Scalar>] in
      index == layers.count - 1
        ? [Linear(layer)]
        : [Linear(layer), ActivationModule(layer.activation)]
    }
  }
}
//#-end-hidden-code
