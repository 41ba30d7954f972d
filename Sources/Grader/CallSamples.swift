import Sandbox

/// Where an answer was at some instants before it was stopped.
///
/// The supervisor stops a program for a moment, many times, and reads which calls it is in. One instant alone
/// says little: it can lie in a library, or in code that the compiler wrote.
struct CallSamples {
  /// The calls at an instant: addresses in the program's file, the innermost first.
  struct Sample {
    /// Whether the instant was in a library that the program uses.
    let isInLibrary: Bool
    /// Each is the address right after a call.
    let calls: [UInt64]
  }

  let samples: [Sample]

  init(samples: [Sample]) { self.samples = samples }

  /// Reads samples as the supervisor writes them; those that are cut off are left out.
  init(bytes: Slice<UnsafeRawBufferPointer>, count: Int) {
    let bytes = UnsafeRawBufferPointer(rebasing: bytes)
    let stride = MemoryLayout<sandbox_sample>.stride
    samples = (0..<min(count, bytes.count / stride)).map { index in
      let sample = bytes.loadUnaligned(fromByteOffset: index * stride, as: sandbox_sample.self)
      return withUnsafeBytes(of: sample.calls) { calls in
        Sample(
          isInLibrary: sample.is_in_library != 0,
          calls: Array(calls.bindMemory(to: UInt64.self).prefix(Int(sample.count))))
      }
    }
  }

  /// Returns the line of a file in which a program was most often.
  ///
  /// The innermost call in the file counts, wherever the instant was. Instants in the program itself go
  /// before those in libraries, whose calls cannot always be followed.
  ///
  /// - Parameters:
  ///   - file: The file, as it calls itself.
  ///   - frames: The calls before each address.
  func line(in file: String, frames: [UInt64: [Backtrace.Frame]]) -> Int? {
    for isInLibrary in [false, true] {
      let lines = samples.filter { $0.isInLibrary == isInLibrary }.compactMap { sample in
        Backtrace(frames: sample.calls.flatMap { frames[$0] ?? [] }).writtenLine(in: file)
      }
      let counts = Dictionary(grouping: lines) { $0 }.mapValues(\.count)
      // Of two lines that are as frequent, the first in the file.
      let most = counts.min { ($1.value, $0.key) < ($0.value, $1.key) }
      if let most { return most.key }
    }
    return nil
  }

  /// Every address, once.
  var addresses: [UInt64] { Set(samples.flatMap(\.calls)).sorted() }
}
