import Workbook

/*:
 ## The same in PyTorch

 PyTorch holds its graph as this engine does: a tensor that was computed has a
 `grad_fn`, which holds those of its parts. Its `item()` is the `item()` of this
 chapter, and the leak is the same leak. It has been found in
 [an example of Horovod](cite:horovod-641), where it ended in a message that memory was out, and
 in [a trainer of depth networks](cite:packnet-47), which kept the outputs of an
 epoch.

 One thing makes it harder to notice there. After `backward()` PyTorch frees the
 matrices that the backward lines had saved. What a history of losses holds is a
 graph of small empty nodes, and it takes long until anybody sees them. Here each
 node also keeps the matrix that it is, so the same mistake costs more. But where
 no walk ever passes, as with the loss on held-back examples, nothing has been
 freed there either, and each step keeps all.

 The table has been measured, on the network and for the steps of the first page.
 Nodes are those that can be reached from what is kept; tensors are those that were
 saved for a walk and have not been freed. There are more nodes than here, for
 PyTorch keeps weights the other way round, and turns them in a node of its own for each
 line.

 ![What PyTorch holds after the same steps](table:pytorch)

 A `detach()` lets go of the graph as `item()` does, and keeps a tensor. On an
 accelerator that is the better choice in the middle of a training, for `item()`
 has to wait until the number is known.

 The crash has been there too. In early versions a deep graph that was
 [let go of](cite:pytorch-5534) overflowed the stack. Today PyTorch takes nodes apart in a
 loop, as `releaseParents()` does. And a ring of Python objects is found by
 Python's collector, sooner or later. Between sooner and later lies the memory
 of a whole accelerator; count the nodes there as well.
 */

/// Shows what PyTorch was seen to hold.
func compareWithPyTorch(on page: inout Page) throws(InputError) {
  page.section("The same in PyTorch")
  let data = EmbeddedData(folder: page.options.dataFolder)
  let rows = try data.rows(of: "pytorch-graphs", columns: 3)
  page.show(
    Table(
      "pytorch", columns: ["kept at each step", "nodes", "saved tensors"],
      rows: rows.map { row in
        [.text(row[0])] + row.dropFirst().map { .init(Double($0), .count) }
      }))
}
