import ConvNet
import Workbook

/*:
 ## What a backward pass costs

 A central difference costs two forward passes for every weight. A backward pass
 costs a few forward passes for all weights together: each operation has one VJP
 or two, each of about the cost of the operation itself.

 > **Guess:** How many forward passes is “a few”? A matrix product has two
 > products in its VJPs. Count every + − × ÷, comparison and function.
 >
 > At most \(cost.ratio) in these networks. Two products in the place of one
 > would make two, but the first layer needs only one of them, because examples
 > require no gradient. For any formula it is at most about four ([Baur and
 > Strassen 1983](cite:baur-strassen-1983)).

 ![Operations of the forward and the backward pass](table:cost)
 */

/// Counts the operations of every network, forward and backward.
func countOperations(on run: inout RunRecorder) throws(WindowError) {
  run.section("The cost of a backward pass")
  run.ask("How many forward passes does a backward pass cost?")
  var table = Table(
    "cost", columns: ["network", "forward", "backward", "ratio"])
  let ratios = try crossChecks().map { check in
    let w = check.evaluationPoint.map { $0.map { Counted($0) } }
    let forward = Counted.counting { check.loss(at: w) }.operations
    let both = Counted.counting { check.gradient(at: w) }.operations
    let ratio = Double(both - forward) / Double(forward)
    table.add([
      .text(check.name), .count(forward), .count(both - forward),
      .number(ratio, .decimals(2)),
    ])
    return ratio
  }
  let worst = ratios.max() ?? .nan
  run.record(
    worst, .decimals(2), as: "cost.ratio",
    label: "backward by forward, at most")
  run.show(table)
  run.check(
    "a backward pass costs at most four times the forward pass", worst <= 4,
    detail: "\(NumberFormat.decimals(2).text(of: worst)) times, at most")
}
