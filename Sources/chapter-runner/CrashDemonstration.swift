import ArgumentParser
import LossItem

/// Does what a chapter watches from a distance, since it may end the program.
struct CrashDemonstration: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo", abstract: "Do what a chapter watches from a distance.",
    shouldDisplay: false)

  /// What can be watched.
  enum Name: String, ExpressibleByArgument {
    /// Letting go of a long chain of objects.
    case deepRelease = "deep-release"
    /// Letting go of a long list.
    case listRelease = "list-release"
  }

  @Argument var name: Name
  @Argument var size: Int

  func validate() throws {
    if size < 0 { throw ValidationError("A chain has 0 links or more, not \(size).") }
  }

  func run() {
    switch name {
    case .deepRelease: releaseNaively(links: size)
    case .listRelease: releaseList(links: size)
    }
  }
}
