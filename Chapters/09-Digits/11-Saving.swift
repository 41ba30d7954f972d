import BinaryClassifier
import Multiclass
import Regression
import Training
import Workbook

/*:
 ## Saving a training

 A training of days must survive a restart. What has to be in the file, so that
 a training that is saved, loaded and continued gives the same bits as one that
 was never interrupted?

 The weights are not enough. Everything that the next step depends on belongs to
 the state of a training:
 */

/// A training that can be interrupted.
package struct Checkpoint<Scalar: FloatingField>: Sendable {
  package var network: Network<Scalar>
  /// The rule, its numbers, the steps so far and what the rule remembers.
  package var optimiser: Optimiser<Scalar>?
  /// The number of epochs so far.
  package var epochs: Int
  /// The generator that shuffles the examples of the next epoch.
  package var random: SplitMix64?
}

/*:
 The file is in the format **safetensors**: the length of a header, the header
 in JSON, then the numbers of each tensor as they lie in memory. There is no
 code in it, unlike in a Python pickle, so a file from a stranger can be wrong,
 but nothing in it is run. The header also has room for words, its **metadata**.
 Ours says the architecture, the loss, the optimiser and its numbers, so the
 network can be made from the file alone:

     try Checkpoint(network, optimiser, epochs: 3, random: random)
       .write(to: "digits.safetensors")
     let saved = try Checkpoint<Float>.read(from: "digits.safetensors")

 The file of this run has \(saving.tensors) tensors in \(saving.bytes) bytes. A
 file is written under another name first and then renamed. So a crash while it
 is written leaves the old file whole.

 ![The tensors of the file that belong to the first layer](table:saved-tensors)

 Adam remembers two numbers for each weight, so the weights are a third of the
 file. A smaller file without the memory gives the same predictions.

 > **Guess:** The training goes on for \(saving.epochs) epochs from a file
 > without the memory. Does it make a difference, or does Adam collect its
 > averages anew within a few steps?
 >
 > The training loss rises from \(saving.before) to \(saving.peak) before it
 > falls again. Adam without averages divides each gradient by its own size. So
 > each of its first steps moves the weights by up to a whole learning rate,
 > also those that had found their place. After \(saving.recovered) steps the
 > loss is as low as in the file for the first time, but it does not stay there:
 > at the end of the figure it is \(saving.late), and \(saving.latewhole) with
 > the memory. The weights do not come back: after those epochs one differs by
 > \(saving.apart), which is \(saving.moved) of the largest distance that a
 > weight has moved in those epochs.

 ![The loss on the training set in the first steps after the
 file](figure:resumed)

 Each part of the state matters. With all of it, the bits are the same.

 ![What is read from the file, and how the training ends after
 that](table:resumed-parts)

 Plain SGD remembers nothing, so its file needs no memory. With Adam a missing
 part changes the bits, and then a training that was interrupted cannot be
 reproduced.

 ## In PyTorch

 The names and the order of the numbers are such that PyTorch reads the file.
 Its `Linear` keeps weights as `[out, in]` and ours are `[in, out]`, which the
 metadata says under `layout`. So they are transposed:

 ```python
 from safetensors import safe_open
 from torch import nn

 model = nn.Sequential(nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 64),
                       nn.ReLU(), nn.Linear(64, 10))
 with safe_open("digits.safetensors", framework="pt") as file:
     for index, linear in enumerate(model[::2]):
         weight = file.get_tensor(f"layers.{index}.weight")
         linear.weight.data = weight.T.contiguous()
         linear.bias.data = file.get_tensor(f"layers.{index}.bias")
 ```

 Loading checks lengths, shapes, overlaps and the size of the file before it
 allocates anything. A file that is cut short, has wrong shapes or is of another
 architecture is an error that says what is wrong. Wrong numbers of the right
 shape are not noticed.
 */

/// Saves a training, loads it, and continues it with all of its state and
/// without parts of it.
func saveAndResume<Scalar: FloatingField>(
  _ sets: DigitSets, on run: inout RunRecorder, in scalar: Scalar.Type
) throws {
  run.section("Saving a training")
  run.ask("Adam restarts without its memory. What does the loss do?")
  let first = run.setting(
    run.repetitions(15), as: "saving.first", label: "epochs before the file")
  let epochs = run.setting(
    run.repetitions(4), as: "saving.epochs", label: "epochs after it")
  var random = run.random("saving")
  let start = Checkpoint<Scalar>(
    try .forDigits(using: &random), .adam(learningRate: Scalar(0.001)),
    random: random)
  let data = sets.training.oneHot(as: scalar)
  let halfway = start.trained(on: data, first)
  let file = try halfway.file(for: "digits.safetensors")
  let bytes = file.bytes
  let saved = try Checkpoint<Scalar>(
    Safetensors(bytes, path: "digits.safetensors"))
  show(file, bytes.count, on: &run)
  compareResumed(
    ResumedTrainings(halfway, saved, data, epochs), sets, on: &run)
}

//#-hidden-code
extension Checkpoint {
  /// Returns the training after some epochs more, in mini-batches of 32.
  ///
  /// - Parameter afterStep: Gets the network after each step.
  fileprivate func trained(
    on data: Dataset<Scalar>, _ count: Int,
    afterStep: (Network<Scalar>) -> Void = { _ in }
  ) -> Checkpoint {
    var result = self
    guard var optimiser, var random else { return self }
    var workspace = Workspace(for: network)
    var batch = Dataset<Scalar>(x: .empty, y: .empty)
    for _ in 0..<count {
      for positions in miniBatches(of: 32, from: data.count, using: &random) {
        data.write(positions, into: &batch)
        _ = result.network.lossAndGradient(
          from: batch.x, to: batch.y, on: &workspace)
        optimiser.step(&result.network, against: workspace.gradient)
        afterStep(result.network)
      }
      result.epochs += 1
    }
    (result.optimiser, result.random) = (optimiser, random)
    return result
  }

  /// The numbers of all parameters.
  fileprivate var numbers: [Double] {
    network.tensors.flatMap { $0.elements.map { Double($0) } }
  }

  /// All state as bits, to be compared.
  fileprivate var bits: [UInt64] {
    let memory = optimiser?.memory.joined().joined().map { Double($0) } ?? []
    return (numbers + memory).map(\.bitPattern)
      + [UInt64(optimiser?.steps ?? 0), random?.state ?? 0, UInt64(epochs)]
  }
}

/// Trainings that go on from one file, with more or less of its state.
private struct ResumedTrainings<Scalar: FloatingField> {
  typealias Training = Checkpoint<Scalar>

  let data: Dataset<Scalar>
  let halfway: Training
  let uninterrupted: Training
  let parts: [(name: String, end: Training)]
  /// The loss on the training set after each step of the first epoch.
  var losses: (whole: [Double], withoutMemory: [Double]) = ([], [])

  init(
    _ halfway: Training, _ saved: Training, _ data: Dataset<Scalar>,
    _ epochs: Int
  ) {
    (self.data, self.halfway) = (data, halfway)
    uninterrupted = halfway.trained(on: data, epochs)
    let variants: [(String, @Sendable (inout Training) -> Void)] = [
      ("everything", { _ in }),
      ("all but the memory and the steps", { $0.optimiser = $0.fresh }),
      (
        "all but the number of steps",
        { $0.optimiser?.resume(after: 0, saved.optimiser?.memory ?? []) }
      ),
      ("all but the generator", { $0.random = SplitMix64(seed: 1) }),
      ("all, weights rounded to 4 digits", { $0.network.roundToFourDigits() }),
    ]
    parts = concurrentMap(variants.count) { index in
      var training = saved
      variants[index].1(&training)
      return (variants[index].0, training.trained(on: data, epochs))
    }
    var fresh = saved
    fresh.optimiser = saved.fresh
    losses = (saved.losses(on: data), fresh.losses(on: data))
  }

  /// The largest distance between two weights in the same position.
  func distance(_ one: Training, _ other: Training) -> Double {
    zip(one.numbers, other.numbers).map { abs($0 - $1) }.max() ?? 0
  }
}

extension Checkpoint {
  /// The optimiser without its memory and its steps.
  fileprivate var fresh: Optimiser<Scalar>? {
    var fresh = optimiser
    fresh?.resume(after: 0, [])
    return fresh
  }

  /// Returns the loss now, and after each of the first steps of an epoch.
  fileprivate func losses(on data: Dataset<Scalar>) -> [Double] {
    var losses = [Double(network.meanLoss(on: data))]
    _ = trained(on: data, 1) { network in
      if losses.count <= 20 {
        losses.append(Double(network.meanLoss(on: data)))
      }
    }
    return losses
  }
}

extension Network where Scalar: FloatingField {
  /// Rounds each parameter to four digits, as a text with `%.4g` would.
  fileprivate mutating func roundToFourDigits() {
    forEachParameter { _, θ in
      for index in θ.indices where θ[index] != 0 {
        let number = Double(θ[index])
        let exponent = Double.log10(abs(number)).rounded(.down)
        let unit = Double.pow(10, exponent - 3)
        θ[index] = Scalar((number / unit).rounded() * unit)
      }
    }
  }
}

/// Shows what is in a file.
private func show(
  _ file: Safetensors, _ byteCount: Int, on run: inout RunRecorder
) {
  run.record(file.entries.count, as: "saving.tensors", label: "tensors")
  run.record(byteCount, as: "saving.bytes", label: "bytes of the file")
  run.show(
    Table(
      "saved-tensors", columns: ["name", "numbers", "shape"],
      rows: file.entries.filter { $0.name.contains("layers.0.") }.map {
        [
          .text($0.name), .text($0.elementType.rawValue),
          .text($0.shape.map(String.init).joined(separator: " × ")),
        ]
      }))
}

/// Compares how trainings end that went on with more or less of the state.
private func compareResumed<Scalar: FloatingField>(
  _ resumed: ResumedTrainings<Scalar>, _ sets: DigitSets,
  on run: inout RunRecorder
) {
  let validation = sets.validation.oneHot(as: Scalar.self)
  let end = resumed.uninterrupted
  let same = resumed.parts.map { $0.end.bits == end.bits }
  let apart = resumed.parts.map { resumed.distance($0.end, end) }
  run.show(
    Table(
      "resumed-parts",
      columns: [
        "read from the file", "same bits", "largest difference of a weight",
        "validation loss",
      ],
      rows: resumed.parts.indices.map { part in
        [
          .text(resumed.parts[part].name), .text(same[part] ? "yes" : "no"),
          .number(apart[part], .scientific(1)),
          .number(
            Double(resumed.parts[part].end.network.meanLoss(on: validation)),
            .decimals(4)),
        ]
      }))
  let (whole, without) = resumed.losses
  run.record(
    without.first ?? 0, .decimals(4), as: "saving.before",
    label: "training loss in the file")
  run.record(
    without.max() ?? 0, .decimals(4), as: "saving.peak",
    label: "highest training loss without the memory")
  let peak = without.indices.max { without[$0] < without[$1] } ?? 0
  let recovered = without.indices.first {
    $0 > peak && without[$0] <= without[0]
  }
  run.record(
    recovered ?? without.count, as: "saving.recovered",
    label: "steps until it is what it was in the file")
  for (losses, name) in [(without, "late"), (whole, "latewhole")] {
    run.record(
      losses.last ?? .nan, .decimals(4), as: "saving.\(name)",
      label: "training loss at the end of the figure")
  }
  run.record(
    apart[1], .decimals(3), as: "saving.apart", label: "largest difference")
  let moved = resumed.distance(resumed.halfway, end)
  run.record(
    moved > 0 ? apart[1] / moved : 0, .percent(0), as: "saving.moved",
    label: "of the largest distance")
  run.show(
    Figure(
      "resumed",
      LinePlot(
        x: .linear("steps after the file"), y: .log("training loss"),
        series: [
          .init("with the memory", whole, from: 0),
          .init("without it", without, from: 0),
        ])))
  run.check(
    "a training that is saved, loaded and continued gives the same bits",
    same[0], detail: "weights, memory, steps and generator")
  run.check(
    "without any part of the state the bits are others",
    !same.dropFirst().contains(true),
    detail: "\(same.count - 1) ways to lose a part")
  run.checkWhenFull(
    "a restart without Adam's memory raises the training loss",
    without.reduce(0, +) > whole.reduce(0, +),
    detail: "over that of the training that goes on, "
      + "in the mean of twenty steps")
}
//#-end-hidden-code
