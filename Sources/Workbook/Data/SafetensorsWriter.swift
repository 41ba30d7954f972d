import Text

extension Safetensors {
  /// The file's start: the length of the header, and the header with spaces up to a multiple of 8 bytes.
  private var head: [UInt8] {
    var members: [String] = []
    if !metadata.isEmpty {
      let words = metadata.sorted { $0.key < $1.key }
        .map { "\(jsonString($0.key)):\(jsonString($0.value))" }
      members.append(
        "\(jsonString(SafetensorsHeader.metadataKey)):{\(words.joined(separator: ","))}")
    }
    var start = 0
    for entry in entries {
      let shape = entry.shape.map(String.init).joined(separator: ",")
      let end = start + entry.bytes.count
      members.append(
        #"\#(jsonString(entry.name)):{"dtype":"\#(entry.elementType.rawValue)","shape":[\#(shape)],"#
          + #""data_offsets":[\#(start),\#(end)]}"#)
      start = end
    }
    var text = Array("{\(members.joined(separator: ","))}".utf8)
    text += [UInt8](repeating: UInt8(ascii: " "), count: (8 - text.count % 8) % 8)
    return [UInt8](text.count, littleEndian: 8) + text
  }

  /// The bytes of the file.
  public var bytes: [UInt8] { entries.reduce(into: head) { $0 += $1.bytes } }

  /// Writes the file, in the place of what was there.
  ///
  /// - Throws: `OutputError` where it cannot be written, or its header is longer than the format allows.
  ///   Then what was there is as it was.
  public func write(to path: String) throws(OutputError) {
    let head = head
    guard head.count - 8 <= SafetensorsHeader.limit else {
      throw OutputError(path, "it cannot be written: its header has \(head.count - 8) bytes")
    }
    try writeWhole([head] + entries.map(\.bytes), to: path)
  }
}
