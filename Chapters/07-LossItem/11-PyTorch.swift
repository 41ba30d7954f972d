import Autograd
import Workbook

/*:
 ## The same in PyTorch

 PyTorch holds its graph as this engine does: a tensor that was computed has a
 `grad_fn`, which holds those of its parents. Its `item()` is the `item()` of
 this chapter, and the leak is the same. It has been found in
 [an example of Horovod](cite:horovod-641), where memory ran out, and in
 [a trainer of depth networks](cite:packnet-47), which kept the outputs of an
 epoch.

 After `backward()` PyTorch frees the matrices that the VJPs had saved. A
 history of training losses then holds a graph of small nodes without matrices,
 and it takes many steps until the growth is visible. Where no backward pass
 runs, as with validation examples, it frees nothing.

 ![What PyTorch holds after a thousand steps](table:pytorch)

 Nodes are those that can be reached from what is kept, but for those that hand
 the gradients to the parameters. Tensors are those that were saved for a
 backward pass and have not been freed. Many of them are references to the same
 memory or to the weights, so the last column has the bytes for each step: every
 piece of memory once, the parameters not at all. There are more nodes than
 here, because PyTorch transposes the weights of each layer in a node of its
 own. There are fewer bytes, because PyTorch keeps no pre-activations, and a
 step overwrites the weights that an old graph refers to.

 What is held without a history was measured too, in the large network:

 ![Bytes at the end of a forward pass, and of a slice, in
 PyTorch](table:memory)

 A live loss doubles the peak only in a validation that forgets `no_grad`. In a
 training, PyTorch has freed the old graph's matrices before the next forward
 pass begins. And the state of a recurrent cell:

 ![A state that is carried on, in PyTorch](table:carried)

 A `detach()` releases the graph as `item()` does, and keeps a tensor. On an
 accelerator that is the better choice during a training, because `item()` has
 to wait until the number has been computed.

 The crash has happened there too. In early versions
 [the release of a deep graph](cite:pytorch-5534) overflowed the stack. Today
 PyTorch takes nodes apart in a loop, as `releaseParents()` does. Python's
 collector finds a cycle of Python objects, but only when it runs next. Until
 then the cycle may hold the memory of a whole accelerator.
 */

/// Shows what was measured in PyTorch.
func compareWithPyTorch(on run: inout RunRecorder) throws(InputError) {
  run.section("The same in PyTorch")
  let data = BundledData(folder: run.options.dataFolder)
  let rows = try data.rows(of: "pytorch-graphs", columns: 5)
  run.show(
    Table(
      "pytorch",
      columns: [
        "kept at each step", "network", "nodes", "saved tensors", "bytes",
      ],
      rows: rows.map { row in
        row[..<2].map { .text($0) }
          + row[2...].map { .init(Double($0), .count) }
      }))
  for (name, columns) in [
    ("memory", ["code", "bytes"]), ("carried", ["code", "after 100 steps"]),
    ("snapshots", ["code", "after a step it has"]),
  ] {
    let rows = try data.rows(of: "pytorch-\(name)", columns: 2)
    run.show(
      Table(
        name, columns: columns,
        rows: rows.map { row in
          let code = row[0].split(separator: ";").joined(separator: ",")
          return [
            .text(code),
            Double(row[1]).map { .number($0, .count) } ?? .text(row[1]),
          ]
        }))
  }
}
