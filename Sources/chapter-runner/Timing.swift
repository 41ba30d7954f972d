import Workbook

/// How long a step of a workload takes, and the losses that it began with.
struct Timing: Encodable {
  /// The workload.
  let name: String
  /// How many steps were timed.
  let steps: Int
  /// The time of a step, in seconds.
  let secondsPerStep: Summary
  /// The losses before the first steps, by which two programs that claim to do the same are compared.
  let losses: [Float]

  /// Many measurements in two numbers.
  struct Summary: Encodable {
    let median: Double
    let minimum: Double

    /// - Precondition: There is a measurement.
    init(_ measurements: [Double]) {
      let sorted = measurements.sorted()
      median = (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
      minimum = sorted[0]
    }
  }
}

extension Workload.Prepared {
  /// Takes a few steps to warm up, whose losses are kept, and then times steps one by one.
  func timing(of name: String, steps: Int) -> Timing {
    let losses = (0..<5).map { _ in step() }
    let clock = ContinuousClock()
    let measurements = (0..<steps).map { _ in
      clock.measure { _ = step() } / .seconds(1)
    }
    return Timing(name: name, steps: steps, secondsPerStep: .init(measurements), losses: losses)
  }
}
