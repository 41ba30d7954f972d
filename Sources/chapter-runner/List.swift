import ArgumentParser
import Workbook

/// Names the chapters.
struct List: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "List the chapters.")

  func run() {
    for chapter in book {
      Output.standard.write("\(chapter.number)  \(chapter.title)\n   \(chapter.question)\n")
    }
  }
}
