import Foundation

/// The most memory that this process has held so far, in bytes; 0 where the system does not report it.
///
/// On Linux it is read from `/proc`, since getrusage(2) counts the memory of the program that started
/// this one too.
public var peakMemory: Int {
  if let bytes = bytesOfStatus("VmHWM:") { return bytes }
  var usage = rusage()
  // 0 stands for this process. Systems agree on the number, and not on the type of its name.
  guard getrusage(0, &usage) == 0 else { return 0 }
  #if canImport(Darwin)
    return usage.ru_maxrss
  #else
    return usage.ru_maxrss * 1024
  #endif
}

/// The memory that this process holds now, in bytes; `nil` where the system does not report it.
public var residentMemory: Int? { bytesOfStatus("VmRSS:") }

/// Returns a number of bytes from the status that Linux has of this process.
private func bytesOfStatus(_ name: String) -> Int? {
  guard let file = FileHandle(forReadingAtPath: "/proc/self/status"),
    let status = try? file.readToEnd()
  else { return nil }
  let lines = String(decoding: status, as: UTF8.self).split(separator: "\n")
  let words = lines.first { $0.hasPrefix(name) }?.split(whereSeparator: \.isWhitespace)
  guard let words, words.count > 1, let kibibytes = Int(words[1]) else { return nil }
  return kibibytes * 1024
}
