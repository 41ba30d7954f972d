internal import Processor

/// Returns the instruction sets that this module was compiled for, as bits that `Processor.h` names.
///
/// It uses none of them itself, so it can be called on any processor.
public func kernelInstructionSets() -> UInt64 { processor_compiled_for() }
