import Tensors
import Text

extension OwnershipDiagram {
  /// Returns, for each chain, its label and a line of what holds what.
  public func lines(in style: TerminalStyle) -> [String] {
    if chains.isEmpty { return style.wrapped("(no objects)") }
    let arrow = style.hasUnicode ? " → " : " -> "
    return chains.flatMap { chain -> [String] in
      let held = chain.items.filter(\.isHeld)
      let released = chain.items.filter { !$0.isHeld }.map(Self.words)
      return style.wrapped(chain.label)
        + style.wrapped(
          held.isEmpty ? "(nothing held)" : Self.joined(held, by: arrow, beside: " + "))
        + (released.isEmpty
          ? [] : style.wrapped("released: " + released.joined(separator: ", ")))
    }
  }
}
