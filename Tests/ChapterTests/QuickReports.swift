import Synchronization
import Workbook

/// The reports of quick runs, each run once however many tests read it.
enum QuickReports {
  private struct Key: Hashable {
    let number, threads: Int
    let precision: RunOptions.Precision
  }

  /// A report that is made when it is first asked for.
  private final class Slot: Sendable {
    let report = Mutex<Report?>(nil)
  }

  private static let slots = Mutex<[Key: Slot]>([:])

  /// Returns the report of a quick run of a chapter, with seed 1.
  static func report(
    _ number: Int, precision: RunOptions.Precision = .float, threads: Int = 2
  ) throws -> Report {
    let key = Key(number: number, threads: threads, precision: precision)
    let slot = slots.withLock { slots in
      let slot = slots[key] ?? Slot()
      slots[key] = slot
      return slot
    }
    return try slot.report.withLock { report in
      if let report { return report }
      var options = RunOptions()
      options.isQuick = true
      options.precision = precision
      let made = try Threads.$count.withValue(threads) {
        try ChapterTests.book[number - 1].report(options: options)
      }
      report = made
      return made
    }
  }
}
