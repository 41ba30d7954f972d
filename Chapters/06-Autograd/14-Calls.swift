import Regression
import Workbook

/*:
 ## What else PyTorch's graph can do

 Six things look like magic in PyTorch until one knows the graph. Each was
 tried, once without the call and once with it:

 ![Calls of PyTorch, and what they change](table:calls)

 **`retain_graph`** keeps the saved tensors, so that a second pass can use them.
 People add it when they read the error message that a graph has been used
 twice. That message often means something else. A state was carried on from
 the step before ([chapter 7](chapter:7)), or two losses share a **trunk**, the
 part of the network that both come from. There the cure is the next line.

 **Two losses.** Add them first, and run one backward pass. The second rule says
 why this is right: the gradients of both losses add up in the trunk, and
 topological order waits for both. It also costs one pass through the trunk in
 the place of two.

 **`retain_grad`** keeps the gradient of a computed tensor. Without it, `h.grad`
 is empty: gradients of computed nodes belong to one pass. You need it to look
 at gradients layer by layer.

 **`create_graph`** makes a graph of the backward pass itself, so the gradient
 can be differentiated. You need it where a loss contains a gradient, as a
 penalty on its size does. The section on second derivatives did it with dual
 numbers.

 A **hook** is a function that sees a gradient on its way, and may replace it:
 to clip it, or to find the layer where it becomes NaN.

 **`autograd.Function`** is an operation with a VJP of your own. You need it for
 a function that PyTorch does not know, and where your VJP is more accurate or
 smaller than that of its parts:

     class Square(torch.autograd.Function):
         @staticmethod
         def forward(ctx, x):
             ctx.save_for_backward(x)
             return x * x

         @staticmethod
         def backward(ctx, d):
             (x,) = ctx.saved_tensors
             return 2 * x * d

 Every operation of this chapter is of this form: a forward line, what it keeps,
 and a VJP. In PyTorch, `gradcheck` compares the VJP with differences. Without
 the factor `d` the function above is right where the upstream gradient is one,
 as in front of a plain sum, and wrong elsewhere. `gradcheck` finds that,
 because it asks for one output at a time, and then the other upstream gradients
 are zero.

 This engine has the second and the last of them. The run adds two losses of one
 trunk, and over exact fractions one pass finds the sum of the gradients of two
 graphs.
 */

/// Shows what PyTorch's calls do, and adds two losses of one trunk.
func addTwoLosses(on run: inout RunRecorder) throws(InputError) {
  run.section("What else PyTorch's graph can do")
  let data = BundledData(folder: run.options.dataFolder)
  let rows = try data.rows(of: "pytorch-calls", columns: 3)
  run.show(
    Table(
      "calls", columns: ["call", "without it", "with it"],
      rows: rows.map { row in
        row.map { .text($0.replacing(";", with: ",")) }
      }))
  let first = gradientOfTrunk { ($0 ⊙ $0).sum() }
  let second = gradientOfTrunk { $0.mean() }
  let both = gradientOfTrunk { ($0 ⊙ $0).sum() + $0.mean() }
  run.check(
    "one pass from the sum of two losses finds the sum of their gradients",
    both == first + second && first != second, detail: "over exact fractions")
}

//#-hidden-code
/// Returns the gradient of a trunk's weights for losses of its outputs.
private func gradientOfTrunk(
  _ loss: (Variable<Rational>) -> Variable<Rational>
) -> Matrix<Rational> {
  let w = Variable<Rational>([[1, -2], [3, 1]], as: .weight)
  let x = Variable<Rational>([[1, 2], [-1, 1], [2, 3]])
  loss((x • w) ⊙ (x • w)).backward()
  return w.gradient.matrix
}
//#-end-hidden-code
