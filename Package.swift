// swift-tools-version: 6.3
import PackageDescription

// A reader types `swift run`, a debug build. Optimising that build too makes its networks train as
// fast as a release's. Preconditions keep their messages, which -O alone would drop.
let fast: [SwiftSetting] = [
  .unsafeFlags(["-O", "-assert-config", "Debug"], .when(configuration: .debug))
]

// The tuned loops use whatever vector instructions this machine has.
#if arch(x86_64)
  let native: [SwiftSetting] = [.unsafeFlags(["-Xcc", "-march=native"])]
#else
  let native: [SwiftSetting] = []
#endif

// Continuous integration takes no warnings.
let strict: [SwiftSetting] =
  Context.environment["CI"] == nil ? [] : [.treatAllWarnings(as: .error)]

// The chapters in teaching order. Each imports only those before it: the compiler keeps the order.
let chapters = [
  "Perceptron", "Regression", "BinaryClassifier", "Multiclass", "ConvNet", "Autograd",
  "LossItem",
]

let chapterModules = chapters.map(Target.Dependency.init(stringLiteral:))

/// Returns the module of a chapter, in a folder such as `Chapters/02-Regression`.
func chapterTarget(_ index: Int) -> Target {
  let number = index + 1 < 10 ? "0\(index + 1)" : "\(index + 1)"
  return .target(
    name: chapters[index],
    dependencies: ["Workbook"] + chapterModules[..<index],
    path: "Chapters/\(number)-\(chapters[index])",
    swiftSettings: fast + strict)
}

let package = Package(
  name: "backprop-checked",
  products: [
    .executable(name: "chapter-runner", targets: ["chapter-runner"]),
    // What exercises import: an editor opens Exercises/Package.swift, which asks for these.
    .library(name: "Workbook", targets: ["Workbook"]),
    .library(name: "Grading", targets: ["Grading"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-numerics", from: "1.1.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
  ],
  targets: [
    .systemLibrary(
      name: "CGMP", pkgConfig: "gmp", providers: [.apt(["libgmp-dev"]), .brew(["gmp"])]),
    .target(name: "Kernels", swiftSettings: fast + native + strict),
    .target(
      name: "Workbook",
      dependencies: ["CGMP", "Kernels", .product(name: "RealModule", package: "swift-numerics")],
      swiftSettings: fast + strict),
    .target(name: "Sandbox"),
    .target(name: "Grading", dependencies: ["Workbook"], swiftSettings: fast + strict),
    .target(
      name: "Grader", dependencies: ["Grading", "Sandbox", "Workbook"],
      swiftSettings: fast + strict),
    .executableTarget(
      name: "chapter-runner",
      dependencies: [
        "Grader", "Workbook", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ] + chapterModules,
      swiftSettings: fast + strict),
    .testTarget(name: "KernelsTests", dependencies: ["Kernels"], swiftSettings: strict),
    .testTarget(
      name: "WorkbookTests", dependencies: ["CGMP", "Workbook"], exclude: ["Fixtures"],
      swiftSettings: strict),
    .testTarget(
      name: "GradientCheckTests", dependencies: ["Workbook"] + chapterModules,
      swiftSettings: strict),
    .testTarget(
      name: "ParityTests", dependencies: ["Workbook"] + chapterModules, exclude: ["Fixtures"],
      swiftSettings: strict),
    .target(name: "AllocationCounter", path: "Tests/AllocationCounter"),
    .testTarget(
      name: "ChapterTests", dependencies: ["AllocationCounter", "Workbook"] + chapterModules,
      swiftSettings: strict),
    .testTarget(
      name: "ExerciseTests", dependencies: ["Grader", "Grading", "chapter-runner"],
      swiftSettings: strict),
    .testTarget(
      name: "CommandTests", dependencies: ["chapter-runner"], swiftSettings: strict),
  ] + chapters.indices.map(chapterTarget)
)
