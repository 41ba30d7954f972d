import ArgumentParser
import Foundation
import Workbook

/// Makes sure that a folder's photographs are prepared, and prepares them where they are not.
///
/// Preparing needs Python with Pillow and NumPy; running a chapter does not. The script says what is
/// missing and what is wrong, in a sentence on standard error, and ends with one of our exit codes.
func preparePhotographs(in folder: PhotoFolder) throws {
  try reading {
    guard folder.exists else {
      throw InputError(.missing, folder.path, "there is no such folder")
    }
  }
  if folder.prepared != nil && !folder.isStale { return }
  let script = BundledData.packageRoot + "/scripts/prepare-images"
  guard FileManager.default.isWritableFile(atPath: folder.path) else {
    Output.error.write(
      "\(folder.path): nothing can be written there. To prepare its photographs elsewhere, type: "
        + "\(quoted(script)) \(quoted(folder.path)) --output FOLDER; then run the chapter with "
        + "--images FOLDER\n")
    throw ExitCode.cannotCreate
  }
  guard let python = program("python3") else {
    Output.error.write(
      "Photographs are prepared by a Python script, and python3 is missing. Install Python 3.9 or "
        + "later, then type: \(quoted(script)) \(quoted(folder.path))\n")
    throw ExitCode.unavailable
  }
  Output.error.write("Preparing the photographs into \(folder.preparedPath) …\n")
  let code = try run(python, [script + ".py", folder.path, "--output", folder.preparedPath])
  if code != 0 { throw ExitCode(code) }
}

/// Returns the path of a program, where the shell would find it.
private func program(_ name: String) -> String? {
  let folders = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
  return folders.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
}

/// Runs a program, as part of the same job of the terminal, and returns its exit code.
///
/// An interruption is for the program to hear, which tidies up and ends; we end as it does.
private func run(_ program: String, _ arguments: [String]) throws -> Int32 {
  // A handler of ours, unlike an ignored signal, is not handed down to the program.
  let previous = signal(SIGINT) { _ in }
  defer { signal(SIGINT, previous) }
  let words = ([program] + arguments).map { strdup($0) }
  defer { words.forEach { free($0) } }
  var child: pid_t = 0
  let refusal = posix_spawn(&child, program, nil, nil, words + [nil], environ)
  guard refusal == 0 else {
    Output.error.write("\(program) cannot be run: \(String(cString: strerror(refusal)))\n")
    throw ExitCode.unavailable
  }
  var status: Int32 = 0
  while waitpid(child, &status, 0) < 0 && errno == EINTR {}
  // The low seven bits hold the signal that ended the child, if one did; the next byte its code.
  let ended = status & 0x7F
  return ended == 0 ? (status >> 8) & 0xFF : 128 + ended
}

/// Returns a word as a shell reads it back.
func quoted(_ word: String) -> String {
  let plain = /[A-Za-z0-9_.,:\/@%+=-]+/
  if word.wholeMatch(of: plain) != nil { return word }
  return "'" + word.replacing("'", with: "'\\''") + "'"
}
