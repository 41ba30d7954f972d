import Foundation
import Workbook

/// What a run of `bench` gives, written as `workbook-bench/1`.
struct BenchReport: Encodable {
  let schema = "workbook-bench/1"
  let program = "workbook"
  #if DEBUG
    let build = "debug"
  #else
    let build = "release"
  #endif
  let precision = "float32"
  let threads = Threads.count
  let workloads: [Timing]

  init(_ workloads: [Timing]) { self.workloads = workloads }

  /// Returns the report as JSON with sorted keys. A loss that is no number is written as text.
  func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "∞", negativeInfinity: "−∞", nan: "NaN")
    return try encoder.encode(self)
  }

  /// The timings as a table, in milliseconds.
  var table: Table {
    var table = Table(
      "bench",
      columns: ["workload", "steps", "median ms", "fastest ms", "first loss", "fifth loss"])
    for timing in workloads {
      table.add([
        .text(timing.name), .count(timing.steps),
        .number(1000 * timing.secondsPerStep.median, .decimals(3)),
        .number(1000 * timing.secondsPerStep.minimum, .decimals(3)),
        .init(timing.losses.first.map(Double.init), .decimals(4)),
        .init(timing.losses.last.map(Double.init), .decimals(4)),
      ])
    }
    return table
  }

  /// What the timings hold for, in a sentence.
  var conditions: String {
    "A step forwards, backwards and downhill in Float, \(threads) "
      + (threads == 1 ? "thread" : "threads") + ", \(build) build."
  }
}
