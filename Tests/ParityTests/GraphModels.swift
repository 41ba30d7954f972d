import Testing
import Workbook

@testable import Autograd
@testable import BinaryClassifier
@testable import ConvNet
@testable import Regression

/// The networks of the fixtures as the modules of chapter 6.
extension Subject {
  /// Modules with the weights of a subject, from examples to logits.
  var modules: Sequential<Double> {
    get throws {
      var modules: [any Module<Double>] = []
      for (index, weights) in parameters.enumerated() where weights.shape.count == 2 {
        let bias = Vector(parameters[index + 1].values)
        modules.append(Linear(weights: try weights.matrix, bias: bias))
        if index / 2 < curves.count {
          let activation = try #require(Activation<Double>.byName[curves[index / 2]])
          modules.append(ActivationModule(activation))
        }
      }
      return Sequential(modules)
    }
  }
}

extension ConvSubject {
  /// Modules with the weights of a subject, from images to logits.
  var modules: Sequential<Double> {
    get throws {
      let network = try network
      var modules: [any Module<Double>] = []
      for layer in network.layers {
        modules += [
          Conv2d(layer.geometry, weights: layer.layer.weights, bias: layer.layer.bias),
          ActivationModule(layer.layer.activation),
        ]
        if let pooling = layer.pooling { modules.append(MaxPool2d(pooling)) }
      }
      for layer in network.head.layers.dropLast() {
        modules += [Linear(layer), ActivationModule(layer.activation)]
      }
      if let last = network.head.layers.last { modules.append(Linear(last)) }
      return Sequential(modules)
    }
  }
}

extension Variable<Double> {
  /// Returns a matrix of this one's shape as a tensor of chapter 3, where a bias is a vector.
  func tensor(_ matrix: Matrix<Double>) -> Tensor<Double> {
    role == .bias ? Tensor("bias", matrix.row(0)) : Tensor("weights", matrix)
  }
}

extension Sequential<Double> {
  /// The weights and biases.
  var tensors: [Tensor<Double>] { parameters.map { $0.tensor($0.value) } }
  /// Their gradients, after a backward pass.
  var gradients: [Tensor<Double>] { parameters.map { $0.tensor($0.gradient.matrix) } }
}
