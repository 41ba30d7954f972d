import Foundation
import Testing

@testable import Grader

/// What was done is kept, whatever happens to the program that keeps it.
@Suite struct LogbookTests {
  private func withLogbook(_ body: (Logbook, String) throws -> Void) throws {
    let folder = try Shared.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(Logbook(file: "\(folder)/inner/progress.jsonl"), "\(folder)/inner/progress.jsonl")
  }

  @Test func `events come back in order`() throws {
    try withLogbook { logbook, _ in
      let events = [
        Logbook.Event(exercise: "4.2", kind: .hint, level: 2),
        Logbook.Event(exercise: "4.2", kind: .verdict, verdict: .pass),
      ]
      for event in events { try logbook.append(event) }
      #expect(logbook.events == events)
    }
  }

  @Test func `a line that was cut off costs itself alone`() throws {
    try withLogbook { logbook, file in
      let event = Logbook.Event(exercise: "4.2", kind: .reset)
      try logbook.append(event)
      var text = try #require(FileManager.default.contents(atPath: file))
      text += Data("{\"exercise\":\"4.1\",\"ki".utf8)
      try text.write(to: URL(filePath: file))
      #expect(logbook.events == [event])
      try logbook.append(event)
      #expect(logbook.events == [event, event])
    }
  }

  @Test func `many writers at once lose nothing`() throws {
    try withLogbook { logbook, _ in
      DispatchQueue.concurrentPerform(iterations: 200) { index in
        try? logbook.append(Logbook.Event(exercise: "4.\(index)", kind: .hint, level: 1))
      }
      #expect(Set(logbook.events.map(\.exercise)).count == 200)
    }
  }

  @Test func `the standing is that of the last verdict, and remembers a pass`() throws {
    let exercise = try #require(Shared.exercises.first)
    func event(_ kind: Logbook.Event.Kind, _ verdict: Verdict.State? = nil) -> Logbook.Event {
      Logbook.Event(exercise: exercise.name, kind: kind, verdict: verdict, level: 3)
    }
    let events = [event(.verdict, .pass), event(.hint), event(.verdict, .fail)]
    let standing = Standing(exercise, in: events)
    #expect(standing.verdict == .fail && standing.hasPassed && standing.hints == 3)
    #expect(Standing(exercise, in: events + [event(.reset)]).verdict == nil)
  }

  @Test func `a reset keeps a copy, each in a file of its own`() throws {
    let exercise = try #require(Shared.exercises.first)
    let folder = try Shared.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let home = Home(root: folder)
    #expect(try home.reset(exercise) == nil)
    #expect(home.answer(to: exercise) == exercise.template.stub)
    var copies: Set<String> = []
    for answer in ["mine", "mine too"] {
      try Data(answer.utf8).write(to: URL(filePath: "\(folder)/\(exercise.path)"))
      let copy = try #require(try home.reset(exercise))
      #expect(FileManager.default.contents(atPath: "\(folder)/\(copy)") == Data(answer.utf8))
      copies.insert(copy)
    }
    #expect(copies.count == 2 && home.answer(to: exercise) == exercise.template.stub)
  }
}
