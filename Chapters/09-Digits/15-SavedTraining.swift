import Autograd
import Regression
import Training
import Workbook

//#-hidden-code
/// A parameter as files have it.
struct SavedParameter<Scalar: FloatingField> {
  let name: String
  let role: ParameterRole
  let shape: [Int]
  let elements: [Scalar]

  var entry: Safetensors.Entry {
    Safetensors.Entry(name, elements, shape: shape)
  }

  static func all(
    of model: some Parameterised<Scalar>
  ) -> [SavedParameter] {
    var (model, parameters) = (model, [SavedParameter]())
    let names = model.parameterNames
    model.forEachParameter { parameter, θ in
      parameters.append(
        SavedParameter(
          name: names[parameter.index], role: parameter.role,
          shape: parameter.shape.axes, elements: Array(θ)))
    }
    return parameters
  }
}

/// An update rule as files have it: its name, its numbers, and the name of each
/// slot of its memory, as PyTorch has them.
private struct SavedRule<Scalar: FloatingField> {
  let name: String
  let numbers: [(key: String, value: Scalar)]
  let slots: [String]

  /// Describes a rule; `nil` for one that files have no name for.
  init?(_ rule: any UpdateRule<Scalar>) {
    switch rule {
    case is GradientStep<Scalar>: (name, numbers, slots) = ("sgd", [], [])
    case let rule as Momentum<Scalar>:
      name = Self.names(of: rule.convention)
      (numbers, slots) = ([("beta", rule.β)], ["momentum_buffer"])
    case let rule as RMSprop<Scalar>:
      name = "rmsprop"
      numbers = [("alpha", rule.α), ("epsilon", rule.ε)]
      slots = ["square_avg"]
    case let rule as Adam<Scalar>:
      name = rule.isCorrected ? "adam" : "adam without correction"
      numbers = [("beta1", rule.β1), ("beta2", rule.β2), ("epsilon", rule.ε)]
      slots = ["exp_avg", "exp_avg_sq"]
    default: return nil
    }
  }

  private static func names(
    of convention: Momentum<Scalar>.Convention
  ) -> String {
    switch convention {
    case .sum: "momentum"
    case .average: "momentum as an average"
    case .nesterov: "nesterov"
    }
  }

  /// Makes the rule that a file names.
  static func rule(
    of file: Safetensors
  ) throws(InputError) -> any UpdateRule<Scalar> {
    func number(_ key: String) throws(InputError) -> Scalar {
      try file.number("optimiser.\(key)")
    }
    let name = try file.word("optimiser")
    for convention in [Momentum<Scalar>.Convention.sum, .average, .nesterov]
    where names(of: convention) == name {
      return Momentum(try number("beta"), convention)
    }
    switch name {
    case "sgd": return GradientStep()
    case "rmsprop":
      return RMSprop(α: try number("alpha"), ε: try number("epsilon"))
    case "adam", "adam without correction":
      var adam = Adam(
        β1: try number("beta1"), β2: try number("beta2"),
        ε: try number("epsilon"))
      adam.isCorrected = name == "adam"
      return adam
    default:
      throw InputError(
        .damaged, file.path,
        "its optimiser is \(shown(name)), which is not known")
    }
  }
}

/// What a file keeps of an optimiser.
struct SavedTraining<Scalar: FloatingField> {
  /// The optimiser, without its memory.
  var optimiser: Optimiser<Scalar>
  /// The number of steps: of all parameters together, or of each.
  var steps: [Int]
  /// What the rule remembers: by parameter, by slot, by number.
  var memory: [[[Scalar]]]

  init(optimiser: Optimiser<Scalar>, steps: [Int], memory: [[[Scalar]]]) {
    (self.optimiser, self.steps, self.memory) = (optimiser, steps, memory)
  }

  private static var version: String { "Backprop, Checked 1" }

  /// Returns the metadata that every file has.
  static func words(epochs: Int, random: SplitMix64?) -> [String: String] {
    var words = [
      "version": version, "epochs": "\(epochs)",
      "layout": "weights are [in, out], transposed from PyTorch",
    ]
    if let random { words["random"] = "\(random.state)" }
    return words
  }

  static func requireVersion(of file: Safetensors) throws(InputError) {
    let found = try file.word("version")
    guard found == version else {
      throw InputError(
        .damaged, file.path,
        "it is of the version \(shown(found)), wanted: \(version)")
    }
  }

  /// Returns the tensors of the memory, and adds to the metadata what is said
  /// of the optimiser.
  func entries(
    _ parameters: [SavedParameter<Scalar>], _ words: inout [String: String],
    _ path: String
  ) throws(OutputError) -> [Safetensors.Entry] {
    guard let rule = SavedRule(optimiser.rule) else {
      throw OutputError(
        path,
        "the update rule \(type(of: optimiser.rule)) has no name that "
          + "files know")
    }
    words["optimiser"] = rule.name
    // Written as a `Double`, a number comes back to the last bit.
    let numbers =
      rule.numbers + [
        ("learning_rate", optimiser.learningRate),
        ("weight_decay", optimiser.weightDecay),
      ]
    for (key, value) in numbers {
      words["optimiser.\(key)"] = "\(Double(value))"
    }
    words["optimiser.decays_through_gradient"] =
      "\(optimiser.decaysThroughGradient)"
    words["optimiser.steps"] = steps.map(String.init).joined(separator: ", ")
    return zip(parameters, memory).flatMap { parameter, memory in
      zip(rule.slots, memory).map { slot, numbers in
        Safetensors.Entry(
          Self.name(slot, parameter), numbers, shape: parameter.shape)
      }
    }
  }

  private static func name(
    _ slot: String, _ parameter: SavedParameter<Scalar>
  ) -> String { "optimiser.\(slot).\(parameter.name)" }

  /// Reads the optimiser of a file; `nil` where it has none.
  init?(
    _ file: Safetensors, _ parameters: [SavedParameter<Scalar>]
  ) throws(InputError) {
    guard file.metadata["optimiser"] != nil else { return nil }
    let decays = try file.word("optimiser.decays_through_gradient")
    optimiser = Optimiser(
      try SavedRule.rule(of: file),
      learningRate: try file.number("optimiser.learning_rate"),
      weightDecay: try file.number("optimiser.weight_decay"),
      decaysThroughGradient: decays == "true")
    (steps, memory) = ([], [])
    for word in try file.word("optimiser.steps").split(separator: ", ") {
      steps.append(try file.counts("optimiser.steps", of: String(word)))
    }
    guard steps.count == 1 || steps.count == parameters.count else {
      throw InputError(
        .damaged, file.path,
        "its optimiser.steps are \(steps.count) numbers, "
          + "for \(parameters.count) parameters")
    }
    let slots = SavedRule(optimiser.rule)?.slots ?? []
    for (index, parameter) in parameters.enumerated() {
      memory.append([])
      let count = steps.count == 1 ? steps[0] : steps[index]
      if count == 0 || parameter.role == .statistic { continue }
      for slot in slots {
        let name = Self.name(slot, parameter)
        let numbers: [Scalar] = try file.numbers(name, shape: parameter.shape)
        memory[index].append(numbers)
      }
    }
  }

  /// Refuses a file with tensors that are neither parameters nor their memory.
  static func requireNoOthers(
    in file: Safetensors, _ parameters: [SavedParameter<Scalar>]
  ) throws(InputError) {
    let names = Set(parameters.map(\.name))
    let isOptimised = file.metadata["optimiser"] != nil
    for entry in file.entries where !names.contains(entry.name) {
      let parts = entry.name.split(
        separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
      let isMemory =
        isOptimised && parts.count == 3 && parts[0] == "optimiser"
        && names.contains(String(parts[2]))
      guard isMemory else {
        throw InputError(
          .damaged, file.path,
          "it has a tensor \(shown(entry.name)), which "
            + "the network does not have")
      }
    }
  }
}

// MARK: - Modules

extension Sequential where Scalar: FloatingField {
  /// The parameters, each once, by the names that PyTorch gives those of a
  /// `Sequential`: the position of the module and the role.
  package var namedParameters: [(name: String, parameter: Variable<Scalar>)] {
    var seen = Set<ObjectIdentifier>()
    var named: [(name: String, parameter: Variable<Scalar>)] = []
    for (position, module) in modules.enumerated() {
      let own =
        (module as? Sequential)?.namedParameters
        ?? module.parameters.map { ($0.role?.rawValue ?? "value", $0) }
      for (name, parameter) in own
      where seen.insert(ObjectIdentifier(parameter)).inserted {
        named.append(("\(position).\(name)", parameter))
      }
    }
    return named
  }

  /// The parameters as files have them: a bias has one axis.
  private var saved: [SavedParameter<Scalar>] {
    namedParameters.map { name, parameter in
      let value = parameter.value
      let isRow = parameter.role != .weight && value.rows == 1
      return SavedParameter(
        name: name, role: parameter.role ?? .weight,
        shape: isRow ? [value.columns] : [value.rows, value.columns],
        elements: value.elements)
    }
  }

  /// Writes the parameters, and the state of their optimiser, to a file, whole
  /// or not at all. What the modules compute is not in the file.
  package func write(
    _ optimiser: ModuleOptimiser<Scalar>? = nil, epochs: Int = 0,
    random: SplitMix64? = nil, to path: String
  ) throws(OutputError) {
    let parameters = saved
    var words = SavedTraining<Scalar>.words(epochs: epochs, random: random)
    words["roles"] = parameters.map { "\($0.name): \($0.role.rawValue)" }
      .joined(separator: ", ")
    var entries = parameters.map(\.entry)
    let ordered = optimiser.map { self.optimisers(of: $0) } ?? []
    if let first = ordered.first {
      let training = SavedTraining(
        optimiser: first, steps: ordered.map(\.steps),
        memory: ordered.map { $0.memory.first ?? [] })
      entries += try training.entries(parameters, &words, path)
    }
    try Safetensors(entries, metadata: words).write(to: path)
  }

  /// The optimiser of each parameter, in the order of the names.
  private func optimisers(
    of optimiser: ModuleOptimiser<Scalar>
  ) -> [Optimiser<Scalar>] {
    let positions = positions(in: optimiser)
    return positions.map { optimiser.optimisers[$0] }
  }

  private func positions(in optimiser: ModuleOptimiser<Scalar>) -> [Int] {
    let identities = optimiser.parameters.map { ObjectIdentifier($0) }
    let positions = namedParameters.compactMap { _, parameter in
      identities.firstIndex(of: ObjectIdentifier(parameter))
    }
    precondition(
      positions.count == identities.count
        && positions.count == namedParameters.count,
      "an optimiser of other parameters than those of the modules")
    return positions
  }

  /// Reads parameters from a file into the modules, and the state of their
  /// optimiser into it. Where it throws, both are as they were.
  ///
  /// - Returns: How many epochs the training has had, and its generator.
  /// - Throws: `InputError` where the file is missing, is damaged, or holds
  ///   other parameters, or no optimiser where one is asked for.
  @discardableResult
  package func load(
    _ optimiser: ModuleOptimiser<Scalar>? = nil, from path: String
  ) throws(InputError) -> (epochs: Int, random: SplitMix64?) {
    let file = try Safetensors(contentsOf: path)
    try SavedTraining<Scalar>.requireVersion(of: file)
    let parameters = saved
    var values: [Matrix<Scalar>] = []
    for (parameter, old) in zip(parameters, namedParameters) {
      let numbers: [Scalar] = try file.numbers(
        parameter.name, shape: parameter.shape)
      let (rows, columns) = (
        old.parameter.value.rows, old.parameter.value.columns
      )
      values.append(Matrix(rows: rows, columns: columns, elements: numbers))
    }
    try SavedTraining<Scalar>.requireNoOthers(in: file, parameters)
    let progress = (try file.count("epochs"), try file.generator)
    if let optimiser {
      optimiser.resume(try optimisers(file, parameters, for: optimiser))
    }
    for (old, value) in zip(namedParameters, values) {
      old.parameter.load(value)
    }
    return progress
  }

  /// Returns the optimisers of a file, in the order of an optimiser's own.
  private func optimisers(
    _ file: Safetensors, _ parameters: [SavedParameter<Scalar>],
    for optimiser: ModuleOptimiser<Scalar>
  ) throws(InputError) -> [Optimiser<Scalar>] {
    guard let training = try SavedTraining(file, parameters) else {
      throw InputError(
        .damaged, file.path,
        "it has no state of an optimiser; load it "
          + "without one, and the training starts its averages anew")
    }
    var ordered = optimiser.optimisers
    for (index, position) in positions(in: optimiser).enumerated() {
      let steps = training.steps
      ordered[position] = training.optimiser
      ordered[position].resume(
        after: steps.count == 1 ? steps[0] : steps[index],
        [training.memory[index]])
    }
    return ordered
  }
}
//#-end-hidden-code
