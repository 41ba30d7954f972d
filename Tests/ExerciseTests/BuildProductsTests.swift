import Foundation
import Grader
import Testing

/// What is found of a build, in the layouts of both build systems.
@Suite struct BuildProductsTests {
  /// Calls `body` with a folder in a path that a shell would break, and removes it.
  func withFolder(_ body: (String) throws -> Void) throws {
    let top = try Shared.folder()
    defer { try? FileManager.default.removeItem(atPath: top) }
    let folder = top + "/it's a clöne"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try body(folder)
  }

  @Test func `the native build system lists its objects, quoted as a shell reads them`() throws {
    try withFolder { folder in
      let quoted = folder.replacing("'", with: "'\\''")
      try FileManager.default.createDirectory(
        atPath: folder + "/chapter-runner.product", withIntermediateDirectories: true)
      let list = """
        '\(quoted)/Kernels.build/AddProduct.swift.o'
        /plain/Grading.build/Exam.swift.o
        '\(quoted)/chapter_runner.build/Check.swift.o'

        """
      try Data(list.utf8).write(
        to: URL(filePath: folder + "/chapter-runner.product/Objects.LinkFileList"))
      let products = try BuildProducts(in: folder)
      #expect(products.buildSystem == "native")
      #expect(products.moduleFolder == folder + "/Modules")
      #expect(
        products.objects == [
          folder + "/Kernels.build/AddProduct.swift.o", "/plain/Grading.build/Exam.swift.o",
        ])
    }
  }

  @Test func `Swift Build makes one object of a module, and what is missing is named`() throws {
    try withFolder { folder in
      for module in BuildProducts.modules {
        let error = #expect(throws: SetupError.self) { try BuildProducts(in: folder) }
        #expect(error?.description.contains("\(folder)/\(module).o") == true)
        try Data().write(to: URL(filePath: "\(folder)/\(module).o"))
      }
      let products = try BuildProducts(in: folder)
      #expect(products.buildSystem == "Swift Build" && products.moduleFolder == folder)
      #expect(products.objects == BuildProducts.modules.map { "\(folder)/\($0).o" })
    }
  }

  @Test func `the build that made this test is found`() throws {
    let products = try BuildProducts(in: BuildProducts.programFolder)
    #expect(products.objects.allSatisfy(FileManager.default.fileExists(atPath:)))
    #expect(FileManager.default.fileExists(atPath: products.moduleFolder + "/Grading.swiftmodule"))
  }
}
