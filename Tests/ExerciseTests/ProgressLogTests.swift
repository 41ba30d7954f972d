import Foundation
import Testing

@testable import Grader

/// What was done is kept, whatever happens to the program that keeps it.
@Suite struct ProgressLogTests {
  private func withLog(_ body: (ProgressLog, String) throws -> Void) throws {
    let folder = try Shared.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(ProgressLog(file: "\(folder)/inner/progress.jsonl"), "\(folder)/inner/progress.jsonl")
  }

  @Test func `events come back in order`() throws {
    try withLog { progressLog, _ in
      let events = [
        ProgressLog.Event(exercise: "4.2", kind: .hint, level: 2),
        ProgressLog.Event(exercise: "4.2", kind: .verdict, verdict: .pass),
      ]
      for event in events { try progressLog.append(event) }
      #expect(progressLog.events == events)
    }
  }

  @Test func `a line that was cut off costs itself alone`() throws {
    try withLog { progressLog, file in
      let event = ProgressLog.Event(exercise: "4.2", kind: .reset)
      try progressLog.append(event)
      var text = try #require(FileManager.default.contents(atPath: file))
      text += Data("{\"exercise\":\"4.1\",\"ki".utf8)
      try text.write(to: URL(filePath: file))
      #expect(progressLog.events == [event])
      try progressLog.append(event)
      #expect(progressLog.events == [event, event])
    }
  }

  @Test func `many writers at once lose nothing`() throws {
    try withLog { progressLog, _ in
      DispatchQueue.concurrentPerform(iterations: 200) { index in
        try? progressLog.append(ProgressLog.Event(exercise: "4.\(index)", kind: .hint, level: 1))
      }
      #expect(Set(progressLog.events.map(\.exercise)).count == 200)
    }
  }

  @Test func `the progress is that of the last verdict, and remembers a pass`() throws {
    let exercise = try #require(Shared.exercises.first)
    func event(_ kind: ProgressLog.Event.Kind, _ verdict: Verdict.State? = nil) -> ProgressLog.Event
    {
      ProgressLog.Event(exercise: exercise.name, kind: kind, verdict: verdict, level: 3)
    }
    let events = [event(.verdict, .pass), event(.hint), event(.verdict, .fail)]
    let progress = ExerciseProgress(exercise, in: events)
    #expect(progress.verdict == .fail && progress.hasPassed && progress.hints == 3)
    #expect(ExerciseProgress(exercise, in: events + [event(.reset)]).verdict == nil)
  }

  @Test func `a reset keeps a copy, each in a file of its own`() throws {
    let exercise = try #require(Shared.exercises.first)
    let folder = try Shared.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let directory = LearnerDirectory(root: folder)
    #expect(try directory.reset(exercise) == nil)
    #expect(directory.answer(to: exercise) == exercise.template.stub)
    var copies: Set<String> = []
    for answer in ["mine", "mine too"] {
      try Data(answer.utf8).write(to: URL(filePath: "\(folder)/\(exercise.path)"))
      let copy = try #require(try directory.reset(exercise))
      #expect(FileManager.default.contents(atPath: "\(folder)/\(copy)") == Data(answer.utf8))
      copies.insert(copy)
    }
    #expect(copies.count == 2 && directory.answer(to: exercise) == exercise.template.stub)
  }
}
