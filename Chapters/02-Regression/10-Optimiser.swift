import Workbook

/*:
 ## Training on mini-batches

 Every step so far looked at all examples. A step can also look at a few that
 are drawn at random: a **mini-batch**. Its gradient is on average the gradient
 of the whole, and it costs less. That is **stochastic gradient descent**, SGD.

 The [optimiser](file:10-Optimiser.swift) visits the parameters one after
 another and moves each against its gradient. It also does **weight decay**,
 which adds $\lambda \lVert W \rVert^2 / 2$ to the loss, where $\lambda$ is the
 strength of the decay and no eigenvalue, and so $\lambda W$ to the gradient of
 each weight matrix. Every step then shrinks the weights:

 $$
 W \leftarrow (1 - \eta \lambda) \, W - \eta \, \mathrm{d}W, \qquad
 b \leftarrow b - \eta \, \mathrm{d}b
 $$

 Biases have no decay. They move a ramp and do not make it steeper.
 */

//#-hidden-code
/// How the numbers of one parameter are moved against their gradient.
package protocol UpdateRule<Scalar>: Sendable {
  associatedtype Scalar: Field
  /// How many numbers the rule remembers for each number of a parameter.
  var slots: Int { get }

  /// Moves the numbers θ of one parameter.
  ///
  /// - Parameters:
  ///   - θ: The numbers.
  ///   - g: Their gradient, as many numbers.
  ///   - memory: What the rule remembers: `slots` arrays as long as θ, which
  ///     are zeros before the first step.
  ///   - rate: The learning rate η.
  ///   - step: The number of this step, from 1.
  func update(
    _ θ: UnsafeMutableBufferPointer<Scalar>, by g: UnsafeBufferPointer<Scalar>,
    _ memory: inout [[Scalar]], rate: Scalar, step: Int)
}

/// θ ← θ − η g: the rule of SGD, which remembers nothing.
package struct GradientStep<Scalar: Field>: UpdateRule {
  package let slots = 0

  package init() {}

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package func update(
    _ θ: UnsafeMutableBufferPointer<Scalar>, by g: UnsafeBufferPointer<Scalar>,
    _ memory: inout [[Scalar]], rate: Scalar, step: Int
  ) {
    for index in 0..<θ.count { θ[index] -= rate * g[index] }
  }
}

/// Moves the parameters of a network against their gradient.
package struct Optimiser<Scalar: Field>: Sendable {
  package let rule: any UpdateRule<Scalar>
  /// The learning rate η.
  package var learningRate: Scalar
  /// The weight decay λ.
  package var weightDecay: Scalar
  /// Whether λW is added to the gradient, so that the rule changes it too, and
  /// not taken from the weights by itself. For SGD it makes no difference.
  package let decaysThroughGradient: Bool
  /// The number of steps so far.
  package private(set) var steps = 0
  /// What the rule remembers: by parameter, by slot, by number.
  package private(set) var memory: [[[Scalar]]] = []
  /// The gradient with its weight decay, of each parameter in turn.
  private var decayed: [Scalar] = []

  package init(
    _ rule: any UpdateRule<Scalar>, learningRate: Scalar,
    weightDecay: Scalar = 0, decaysThroughGradient: Bool = false
  ) {
    self.rule = rule
    self.learningRate = learningRate
    self.weightDecay = weightDecay
    self.decaysThroughGradient = decaysThroughGradient
  }

  /// Goes on where a training ended.
  ///
  /// - Parameters:
  ///   - steps: The number of steps so far.
  ///   - memory: What the rule remembers: by parameter, by slot, by number.
  package mutating func resume(after steps: Int, _ memory: [[[Scalar]]]) {
    (self.steps, self.memory) = (steps, memory)
  }

  /// Stochastic gradient descent.
  package static func sgd(
    learningRate: Scalar, weightDecay: Scalar = 0
  ) -> Optimiser {
    Optimiser(
      GradientStep(), learningRate: learningRate, weightDecay: weightDecay)
  }

  /// Takes a step: every parameter moves against its gradient.
  ///
  /// - Parameters:
  ///   - model: The parameters.
  ///   - gradient: Their gradient, in the same order.
  package mutating func step<Model: Parameterised<Scalar>>(
    _ model: inout Model, against gradient: Model
  ) {
    step { visit in model.visitParameters(beside: gradient, visit) }
  }

  /// Takes a step on parameters that do not stand in one value, as those of
  /// modules that hold each gradient beside its parameter.
  ///
  /// - Parameter visitAll: Shows its argument each parameter with its gradient,
  ///   the same parameters in the same order at every step.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package mutating func step(_ visitAll: (ParameterVisit<Scalar>) -> Void) {
    steps += 1
    var number = 0
    visitAll { role, _, θ, g in
      move(θ, number, role, against: g)
      number += 1
    }
  }

  /// Moves one parameter: weight decay first, then the rule.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private mutating func move(
    _ θ: UnsafeMutableBufferPointer<Scalar>, _ number: Int,
    _ role: ParameterRole, against g: UnsafeBufferPointer<Scalar>
  ) {
    precondition(
      θ.count == g.count,
      "a parameter of \(θ.count) numbers has a gradient of \(g.count)")
    if role == .statistic { return }
    while memory.count <= number { memory.append([]) }
    while memory[number].count < rule.slots {
      memory[number].append(Array(repeating: 0, count: θ.count))
    }
    let decays = role == .weight && weightDecay != 0
    if decays && decaysThroughGradient {
      decayed.removeAll(keepingCapacity: true)
      for index in 0..<θ.count {
        decayed.append(g[index] + weightDecay * θ[index])
      }
      return decayed.withUnsafeBufferPointer { g in
        rule.update(θ, by: g, &memory[number], rate: learningRate, step: steps)
      }
    }
    if decays {
      let factor = 1 - learningRate * weightDecay
      for index in 0..<θ.count { θ[index] *= factor }
    }
    rule.update(θ, by: g, &memory[number], rate: learningRate, step: steps)
  }
}
//#-end-hidden-code
