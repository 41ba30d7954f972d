import Foundation
import Testing

/// `bench` as a script meets it. Its smallest workload stands for all.
@Suite struct BenchTests {
  /// Returns what `bench --json` says of the smallest workload.
  func timing(_ arguments: String...) throws -> (report: [String: Any], workload: [String: Any]) {
    let outcome = try CommandTests().run(["bench", "two-block-cnn-28", "--json"] + arguments)
    #expect(outcome.code == 0 && outcome.error.isEmpty)
    let object = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
    let report = try #require(object as? [String: Any])
    let workloads = try #require(report["workloads"] as? [[String: Any]])
    #expect(workloads.count == 1)
    return (report, try #require(workloads.first))
  }

  @Test func `the timing of a step is written as JSON, and nothing else`() throws {
    let (report, workload) = try timing("--repeat", "2", "--threads", "1")
    #expect(report["schema"] as? String == "workbook-bench/1")
    #expect(report["precision"] as? String == "float32" && report["threads"] as? Int == 1)
    #expect(workload["name"] as? String == "two-block-cnn-28" && workload["steps"] as? Int == 2)
    let seconds = try #require(workload["secondsPerStep"] as? [String: Double])
    let (median, minimum) = (try #require(seconds["median"]), try #require(seconds["minimum"]))
    #expect(0 < minimum && minimum <= median)
  }

  @Test func `the first losses fall, and are the same on one thread and on two`() throws {
    let losses = try ["1", "2"].map { threads in
      try #require(
        timing("--repeat", "1", "--threads", threads).workload["losses"] as? [Double])
    }
    #expect(losses[0] == losses[1])
    #expect(losses[0].count == 5 && losses[0][4] < losses[0][0])
  }

  @Test func `the table names the workload and says what its numbers hold for`() throws {
    let outcome = try CommandTests().run("bench", "two-block-cnn-28", "--repeat", "1")
    #expect(outcome.code == 0 && outcome.error.isEmpty)
    #expect(outcome.output.contains("two-block-cnn-28") && outcome.output.contains("median ms"))
    #expect(outcome.output.contains("in Float"))
  }

  @Test func `--export writes all that a peer needs`() throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "backprop-checked-\(UUID().uuidString)").path()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    _ = try timing("--repeat", "1", "--export", folder)
    let files = try FileManager.default.contentsOfDirectory(atPath: folder + "/two-block-cnn-28")
    let layers = (1...4).flatMap { ["w\($0).npy", "b\($0).npy"] }
    #expect(files.sorted() == (layers + ["rate.npy", "x.npy", "y.npy"]).sorted())

    let refused = try CommandTests().run(
      "bench", "two-block-cnn-28", "--repeat", "1", "--export", "/dev/null/inputs")
    #expect(refused.code == 73 && refused.output.isEmpty)
    #expect(refused.error.contains("the inputs cannot be written there"))
  }
}
