import Kernels
import Processor

/// The processor that this program was built for, beside the one that it runs on.
package struct BuildTarget: Sendable {
  /// The instruction sets that the tuned loops use, as bits that `Processor.h` names.
  package let needed: UInt64
  /// The instruction sets that the processor has.
  package let available: UInt64

  package init(needed: UInt64, available: UInt64) {
    (self.needed, self.available) = (needed, available)
  }

  /// This program on this machine.
  package static var current: Self {
    Self(needed: kernelInstructionSets(), available: processor_has())
  }

  /// What is needed and not available, by name.
  package var missing: [String] { names(of: needed & ~available) }

  /// Why this program cannot run here, in a sentence; nothing where it can.
  ///
  /// Without it, the first instruction that the processor does not know ends the program.
  package var problem: String? {
    if missing.isEmpty { return nil }
    return "chapter-runner was built for a processor with \(missing.joined(separator: ", ")), "
      + "which this one lacks. Delete the folder .build and build again here; a build with "
      + "WORKBOOK_PORTABLE=1 runs on both."
  }

  /// The processors that this program runs on, in words.
  package var text: String {
    #if arch(x86_64)
      let hasLevel3 = needed & Self.level3 == Self.level3
      let extra = names(of: hasLevel3 ? needed & ~Self.level3 : needed)
      let level = hasLevel3 ? "x86-64-v3" : "x86-64"
      return extra.isEmpty ? "any \(level)" : "\(level) with \(extra.joined(separator: ", "))"
    #elseif arch(arm64)
      return "any arm64"
    #else
      return "any of its kind"
    #endif
  }

  /// What processors of the level x86-64-v3 have.
  private static let level3 = [
    PROCESSOR_SSE3, PROCESSOR_SSSE3, PROCESSOR_SSE41, PROCESSOR_SSE42, PROCESSOR_POPCNT,
    PROCESSOR_MOVBE, PROCESSOR_AVX, PROCESSOR_F16C, PROCESSOR_FMA, PROCESSOR_AVX2, PROCESSOR_BMI,
    PROCESSOR_BMI2, PROCESSOR_LZCNT,
  ].reduce(UInt64(0)) { $0 | 1 << UInt64($1.rawValue) }

  private func names(of sets: UInt64) -> [String] {
    (0..<Int32(PROCESSOR_COUNT.rawValue)).filter { sets >> UInt64($0) & 1 == 1 }
      .map { String(cString: processor_set_name($0)) }
  }
}
