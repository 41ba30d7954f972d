import Foundation
import Testing

/// `--image`, on pictures that are drawn here.
extension CommandTests {
  /// A seven in dark ink on light paper: a bar, and a slope below it.
  private var seven: [UInt8] {
    (0..<60 * 50).map { index in
      let (row, column) = (index / 50, index % 50)
      let isBar = 10..<16 ~= row && 12..<40 ~= column
      let isSlope = 16..<52 ~= row && abs(column - (37 - (row - 16) * 18 / 36)) <= 3
      return isBar || isSlope ? 20 : 240
    }
  }

  @Test func `a digit of one's own gets ten probabilities`() throws {
    try withFolder { folder in
      try write(seven, shape: [60, 50], to: folder + "/seven.npy")
      let outcome = try run("9", "--quick", "--json", "--image", folder + "/seven.npy")
      #expect(outcome.code == 0 && outcome.error.isEmpty)
      let object = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
      let report = try #require(object as? [String: Any])
      let numbers = try #require(report["numbers"] as? [String: Double])
      #expect(numbers["reader.digit"] == 7 && numbers["reader.nearest"] == 7)
      #expect(try #require(numbers["reader.probability"]) > 0.5)
      let shown = try run("9", "--quick", "--image", folder + "/seven.npy")
      #expect(shown.code == 0 && shown.output.contains("Your own picture"))
    }
  }

  /// 40 × 40 pixels of one bit, which Pillow has written: a ring, so a 0.
  @Test func `a PNG file is read, and a light digit on dark is the same`() throws {
    try withFolder { folder in
      for (name, text) in [
        (
          "dark.png",
          "iVBORw0KGgoAAAANSUhEUgAAACgAAAAoAQAAAACkhYXAAAAAb0lEQVR42nXPsQ2CABhE4Y/TRDod"
            + "wUEsjIuhDmYYhREoKQi/hcQKmldc8V6uKYgNvlGLrmLRi9kgJqNwI8bHRA11qhjMovH8G3qLiPu2"
            + "f4e/1l3WRfV1qLg6Ch1x+bTU6FzRuoij69pS9apqdn59AdDwJZq4xc2EAAAAAElFTkSuQmCC"
        ),
        (
          "light.png",
          "iVBORw0KGgoAAAANSUhEUgAAACgAAAAoAQAAAACkhYXAAAAAaklEQVR42o3OsQ2CYABE4c+Tgk42"
            + "gE00DmZ0MUOMg+AGlBQELPzpNPGKK17ycsfPXGC3XkWcRKUTtUZ4Es29RmsSncpe+1oegeLEoreR"
            + "f/rj9ZZCOJrFYBZuxHiecFhHMRnFbChb2/PveQNKPhoHQioZ3QAAAABJRU5ErkJggg=="
        ),
      ] {
        let file = try #require(Data(base64Encoded: text))
        try file.write(to: URL(filePath: folder + "/" + name))
        let outcome = try run("9", "--quick", "--json", "--image", folder + "/" + name)
        #expect(outcome.code == 0)
        #expect(outcome.output.contains("\"reader.digit\" : 0"))
      }
    }
  }

  @Test func `a picture that is not there is 66`() throws {
    let outcome = try run("9", "--quick", "--json", "--image", "/nowhere.png")
    #expect(outcome.code == 66 && outcome.output.isEmpty)
    #expect(outcome.error == "/nowhere.png: there is no such file\n")
  }

  @Test func `a picture that is damaged, empty or tiny is 65, and the sentence says why`() throws {
    try withFolder { folder in
      let path = folder + "/a.npy"
      func error() throws -> String {
        let outcome = try run("9", "--quick", "--json", "--image", path)
        #expect(outcome.code == 65 && outcome.output.isEmpty)
        return outcome.error
      }
      try write(Array(seven.dropLast()), shape: [60, 50], to: path)
      #expect(try error().hasPrefix("\(path): its header promises 3000 bytes of data"))
      try write(seven.map { _ in 9 }, shape: [60, 50], to: path)
      #expect(try error() == "\(path): all of it has the same colour; draw a digit on it\n")
      try write(seven.indices.map { $0 == 777 ? 1 : 0 }, shape: [60, 50], to: path)
      #expect(try error() == "\(path): its ink is 1 pixels high; a digit needs 8 or more\n")
    }
  }

  @Test(arguments: [
    ["3", "--image", "a.png"], ["--all", "--image", "a.png"], ["9", "--image", ""],
  ])
  func `--image takes a file, and is for chapter 9`(arguments: [String]) throws {
    let outcome = try run(arguments)
    #expect(outcome.code == 64 && outcome.error.contains("--image "))
  }
}
