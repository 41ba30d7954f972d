import ArgumentParser
struct GradeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "grade")
}
