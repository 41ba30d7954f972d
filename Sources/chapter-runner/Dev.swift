import ArgumentParser
import Foundation
import Grader
import Workbook

/// What those who write exercises need.
struct Dev: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "For those who write exercises.",
    subcommands: [DevCheck.self, DevStubs.self, DevAnswers.self])
}

/// Puts stubs, solutions and wrong answers before the grader.
struct DevCheck: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract:
      "Check that solutions pass, wrong answers fail as they must, and nothing leaks.")

  @Argument(help: ArgumentHelp("A chapter or an exercise; all without.", valueName: "exercise"))
  var names: [String] = []

  @Option(help: ArgumentHelp("With how many seeds each solution must pass.", valueName: "n"))
  var seeds = 10

  @Option(help: ArgumentHelp("How many answers to look at at once.", valueName: "n"))
  var threads = Threads.count

  @Option(
    help: ArgumentHelp(
      "Beside the solutions, look at one part of the other answers: 2/5 is the second fifth.",
      valueName: "k/n"))
  var part: Part?

  @Flag(
    help: ArgumentHelp(
      "Instead, make the solutions wrong by rules, and list what passes its exam all the same."))
  var stress = false

  @Option(help: ArgumentHelp("With --stress: how many mutants of each at most.", valueName: "n"))
  var mutants: Int?

  @OptionGroup var options: SessionOptions

  func validate() throws {
    if let mutants, mutants < 1 {
      throw ValidationError("--mutants takes a number from 1, not \(mutants).")
    }
    if stress && part != nil {
      throw ValidationError("--part is for answers that are known; --stress makes its own.")
    }
    if !(1...100_000 ~= seeds) {
      throw ValidationError("--seeds takes a number from 1 to 100,000, not \(seeds).")
    }
  }

  func run() throws {
    let session = try ExerciseSession(options)
    let exercises = try session.exercises(named: names)
    var grader = try session.grader()
    // Machines that build for many are slow, and no fault of the answer's.
    grader.timeout = 30
    let bar = SharedProgressBar()
    if stress { return try stress(exercises, by: grader, bar) }
    let selfTest = try GraderSelfTest(
      of: exercises, by: grader, seeds: (1...UInt64(seeds)).map { $0 }, width: threads,
      part: part
    ) { bar.show($0, of: $1, "answers") }
    bar.clear()
    for problem in selfTest.problems { Output.error.write("\(problem)\n") }
    let killed = selfTest.mutantResults.filter(\.isRight).count
    Output.standard.write(
      "\(amount(exercises.count, of: "exercise")), \(amount(seeds, of: "seed")): \(killed) of "
        + "\(amount(selfTest.mutantResults.count, of: "wrong answer")) got their diagnosis, "
        + "\(amount(selfTest.problems.count, of: "problem")).\n")
    if !selfTest.problems.isEmpty { throw ExitCode.failure }
  }

  /// Puts mutants of the solutions before their exams.
  private func stress(
    _ exercises: [Exercise], by grader: Grader, _ bar: SharedProgressBar
  ) throws {
    var (judged, equivalent, survived) = (0, 0, 0)
    for exercise in exercises {
      let test = try StressTest(of: exercise, by: grader, limit: mutants, width: threads) {
        bar.show($0, of: $1, "mutants of \(exercise.name)")
      }
      bar.clear()
      for survivor in test.survivors { Output.error.write("\(survivor)\n") }
      Output.standard.write(
        "\(exercise.name): \(amount(test.judged, of: "mutant")), \(test.equivalent) equivalent, "
          + "\(test.survivors.count) not noticed\n")
      judged += test.judged
      equivalent += test.equivalent
      survived += test.survivors.count
    }
    Output.standard.write(
      "\(amount(exercises.count, of: "exercise")), \(amount(judged, of: "mutant")): "
        + "\(equivalent) equivalent, \(judged - equivalent - survived) refused, "
        + "\(survived) not noticed.\n")
    if judged == 0 {
      Output.error.write("No mutant could be compiled and linked, so the exams were not asked.\n")
    }
    if survived > 0 || judged == 0 { throw ExitCode.failure }
  }
}

/// Writes the stubs that solutions say.
struct DevStubs: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stubs",
    abstract: "Write the files of Exercises anew from the solutions. Answers there are lost.")

  @OptionGroup var options: SessionOptions

  func run() throws {
    let session = try ExerciseSession(options)
    for exercise in try session.allExercises() {
      let path = "\(session.catalogue.root)/\(exercise.path)"
      try FileManager.default.createDirectory(
        at: URL(filePath: path).deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(exercise.template.stub.utf8).write(to: URL(filePath: path), options: .atomic)
      Output.standard.write("\(exercise.path)\n")
    }
  }
}

/// Writes answers whose verdicts are known, for scripts that try the grader.
struct DevAnswers: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "answers",
    abstract:
      "Write stubs, solutions and wrong answers into a folder, with the verdicts they must get.")

  @Argument(help: ArgumentHelp("The folder to write into.", valueName: "folder"))
  var folder: String

  @OptionGroup var options: SessionOptions

  func run() throws {
    let exercises = try ExerciseSession(options).allExercises()
    let answers = exercises.flatMap { exercise in
      [
        Answer(exercise, "stub", exercise.template.stub, .notAttempted),
        Answer(exercise, "solution", exercise.template.solution, .pass),
      ]
        + exercise.mistakes.enumerated().map {
          Answer(exercise, "mistake-\($0 + 1)", $1.answer, $1.state)
        }
    }
    let files = FileManager.default
    try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for answer in answers {
      try Data(answer.text.utf8).write(to: URL(filePath: "\(folder)/\(answer.file)"))
    }
    let list = answers.map { answer in
      [answer.exercise, answer.path, answer.file, answer.verdict].joined(separator: "\t") + "\n"
    }
    try Data(list.joined().utf8).write(to: URL(filePath: "\(folder)/answers.tsv"))
  }

  /// An answer, where it belongs, and the verdict that it must get.
  private struct Answer {
    let exercise, path, file, text, verdict: String

    init(_ exercise: Exercise, _ kind: String, _ text: String, _ verdict: Verdict.State) {
      self.exercise = exercise.name
      path = exercise.path
      file = "\(exercise.name)-\(kind).swift"
      self.text = text
      self.verdict = verdict.rawValue
    }
  }
}
