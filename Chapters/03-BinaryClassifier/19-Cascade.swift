import Regression
import Workbook

/*:
 ## Nine layers at a large learning rate

 In a deep network a whole layer can die by itself. Here the silhouettes are the
 inputs of nine layers, eight of them with ten ReLUs. The learning rate of
 \(cascade.rate) is too large for such a depth. The same \(cascade.starts)
 starts are also trained with leaky ReLUs, whose derivative is never zero, and
 both at \(cascade.small). A network *learns* if the loss of its last epoch is
 below \(cascade.bar), a tenth below $\log 2$.

 > **Guess:** ReLUs can die at the large learning rate. Do leaky ReLUs learn
 > there?
 >
 > Seldom. Of the networks that do not diverge, \(cascade.leaky) in all,
 > \(cascade.leakyLearned) learned.

 ![The same starts with two kinds of unit and at two learning rates, after
 training](table:cascade-outcomes)

 At the large learning rate a layer dies in \(cascade.died) networks of ReLUs.
 Such a network makes the same prediction for every cat and every dog, and its
 loss stays near $\log 2$. That looks like a network that has not learned yet,
 but the dead layer and those before it will never change again. So count the
 dead units.

 Leaky ReLUs are no cure. Networks **diverge**: the weights grow until they are
 NaN. The table counts them. The other leaky networks have a gradient in every
 layer, and still most do not learn. What has to change is the learning rate. At
 \(cascade.small) no layer dies, no network diverges, and all learn with either
 unit.

 ![The loss of such a network, of the same with leaky ReLUs, and of the same at
 the smaller learning rate](figure:cascade-loss)
 */

/// Trains the same starts with two kinds of unit, at two learning rates.
func showCascade<Scalar: FloatingField>(
  on run: inout RunRecorder, _ data: Silhouettes, in scalar: Scalar.Type
) throws {
  run.section("Nine layers, and a dead one")
  run.ask("ReLUs die at a large learning rate. Do leaky ones learn there?")
  let large = Scalar(
    run.setting(
      0.75, .decimals(2), as: "cascade.rate", label: "large learning rate"))
  let small = Scalar(
    run.setting(
      0.05, .decimals(2), as: "cascade.small", label: "small learning rate"))
  let starts = run.setting(8, as: "cascade.starts", label: "starts")
  let epochs = run.setting(6, as: "cascade.epochs", label: "epochs")
  let examples = data.training.binary(as: Scalar.self)
  let seed = run.options.seed
  let histories = {
    (activation: ActivationKind<Analytic>, learningRate: Scalar)
      throws -> [CascadeHistory<Scalar>] in
    try concurrentMap(starts) { start in
      var random = SplitMix64(seed: seed, stream: "cascade.\(start)")
      return Result {
        try trainDeep(
          activation, on: examples, learningRate: learningRate, epochs: epochs,
          using: &random)
      }
    }.map { try $0.get() }
  }
  let relu = try histories(.relu, large)
  let leaky = try histories(.leakyReLU, large)
  let slowRelu = try histories(.relu, small)
  let slowLeaky = try histories(.leakyReLU, small)
  let largeText = NumberFormat.decimals(2).text(of: Double(large))
  let smallText = NumberFormat.decimals(2).text(of: Double(small))
  run.show(
    outcomes(
      [
        ("relu, \(largeText)", relu), ("leaky relu, \(largeText)", leaky),
        ("relu, \(smallText)", slowRelu),
        ("leaky relu, \(smallText)", slowLeaky),
      ], examples))
  recordCascade(on: &run, relu, leaky, examples)

  // Networks that diverge have no loss to show.
  let died = relu.indices.filter { relu[$0].diedWithoutDiverging }
  if let shown = died.first(where: { !leaky[$0].hasDiverged }) {
    showDeath(
      on: &run, relu[shown],
      beside: [
        ("relu, \(largeText)", relu[shown]),
        ("leaky relu, \(largeText)", leaky[shown]),
        ("relu, \(smallText)", slowRelu[shown]),
      ], examples)
  }
  let reached = leaky.filter { $0.hasGradientInAllLayers(examples) }
  run.check(
    "deep ReLUs can die at a large learning rate, leaky ones keep a gradient",
    !died.isEmpty
      && reached.count + leaky.filter(\.hasDiverged).count == leaky.count,
    detail:
      "a layer dies in \(died.count) of \(relu.count) networks; with leaky "
      + "units every layer has a gradient in \(reached.count), and "
      + "\(leaky.filter(\.hasDiverged).count) diverge")
  let learned = reached.filter(\.hasLearned).count
  run.check(
    "a gradient in every layer is not enough: leaky networks fail to learn too",
    learned < reached.count,
    detail: "\(learned) of \(reached.count) learn at \(largeText)")
  run.check(
    "at a small learning rate no layer dies, and all networks learn",
    (slowRelu + slowLeaky).allSatisfy {
      $0.deadLayer == nil && !$0.hasDiverged && $0.hasLearned
    },
    detail: "\(slowRelu.count + slowLeaky.count) networks at \(smallText)")
}
