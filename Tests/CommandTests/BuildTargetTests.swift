import Grader
import Processor
import Testing

/// A program on a processor that it was not built for.
@Suite struct BuildTargetTests {
  private static func bits(_ sets: [processor_set]) -> UInt64 {
    sets.reduce(0) { $0 | 1 << UInt64($1.rawValue) }
  }

  @Test func `a processor that has what is needed runs the program`() {
    let needed = Self.bits([PROCESSOR_AVX2, PROCESSOR_FMA])
    let more = needed | Self.bits([PROCESSOR_AVX512F])
    #expect(BuildTarget(needed: needed, available: needed).problem == nil)
    #expect(BuildTarget(needed: needed, available: more).problem == nil)
  }

  @Test func `a processor that lacks something is told what, and what to do`() throws {
    let target = BuildTarget(
      needed: Self.bits([PROCESSOR_AVX2, PROCESSOR_AVX512F, PROCESSOR_AVX512VL]),
      available: Self.bits([PROCESSOR_AVX2]))
    #expect(target.missing == ["avx512f", "avx512vl"])
    let problem = try #require(target.problem)
    #expect(problem.contains("with avx512f, avx512vl, which this one lacks"))
    #expect(problem.contains("WORKBOOK_PORTABLE=1"))
  }

  @Test func `this program runs on this processor`() {
    #expect(BuildTarget.current.problem == nil)
    #if arch(x86_64)
      // The tuned loops are built with -march, which always adds something.
      #expect(BuildTarget.current.needed != 0)
    #endif
  }

  @Test func `each instruction set has a name of its own`() {
    let names = (0..<Int32(PROCESSOR_COUNT.rawValue)).map {
      String(cString: processor_set_name($0))
    }
    #expect(Set(names).count == names.count && !names.contains(""))
    #expect(String(cString: processor_set_name(Int32(PROCESSOR_TBM.rawValue))) == "tbm")
  }
}
