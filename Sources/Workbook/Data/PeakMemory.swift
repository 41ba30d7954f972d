import Foundation

/// The most memory that this process has held so far, in bytes; 0 where the system does not say.
public var peakMemory: Int {
  var usage = rusage()
  // 0 stands for this process. Systems agree on the number, and not on the type of its name.
  guard getrusage(0, &usage) == 0 else { return 0 }
  #if canImport(Darwin)
    return usage.ru_maxrss
  #else
    return usage.ru_maxrss * 1024
  #endif
}
