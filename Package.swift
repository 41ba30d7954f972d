// swift-tools-version: 6.3
import PackageDescription

// A reader types `swift run`, a debug build. Optimising that build too makes its networks train as
// fast as a release's. Preconditions keep their messages, which -O alone would drop.
let fast: [SwiftSetting] = [
  .unsafeFlags(["-O", "-assert-config", "Debug"], .when(configuration: .debug))
]

// The tuned loops use whatever vector instructions this machine has. WORKBOOK_PORTABLE=1 asks for those
// of every x86-64 processor since about 2013 instead, for builds that move to another machine.
#if arch(x86_64)
  let isPortable = !["", "0"].contains(Context.environment["WORKBOOK_PORTABLE"] ?? "")
  let native: [SwiftSetting] = [
    .unsafeFlags(["-Xcc", isPortable ? "-march=x86-64-v3" : "-march=native"])
  ]
#else
  let native: [SwiftSetting] = []
#endif

// Continuous integration takes no warnings.
let strict: [SwiftSetting] =
  Context.environment["CI"] == nil ? [] : [.treatAllWarnings(as: .error)]

// The chapters in teaching order. Each imports only those before it: the compiler keeps the order.
let chapters = [
  "Perceptron", "Regression", "BinaryClassifier", "Multiclass", "ConvNet", "Autograd",
  "LossItem", "Training", "Digits",
]

let chapterModules = chapters.map(Target.Dependency.init(stringLiteral:))

/// Returns the module of a chapter, in a folder such as `Chapters/02-Regression`.
func chapterTarget(_ index: Int) -> Target {
  let number = index + 1 < 10 ? "0\(index + 1)" : "\(index + 1)"
  return .target(
    name: chapters[index],
    dependencies: libraryModules + chapterModules[..<index],
    path: "Chapters/\(number)-\(chapters[index])",
    swiftSettings: fast + strict)
}

// What `Sources/Workbook` holds. A module takes some of it and says that it leaves the rest.
let libraryFolders = [
  "Arrays", "Checks", "Data", "Figures", "Machine", "Numbers", "Random", "Report", "Text",
  "Workbook.swift",
]

/// Returns a module of the library, made of folders in `Sources/Workbook`.
func libraryTarget(
  _ name: String, _ folders: [String], _ dependencies: [Target.Dependency],
  _ settings: [SwiftSetting]
) -> Target {
  .target(
    name: name, dependencies: dependencies, path: "Sources/Workbook",
    exclude: libraryFolders.filter { !folders.contains($0) }, sources: folders,
    swiftSettings: settings + strict)
}

// What every chapter may use. Each module imports only those before it. Numbers are optimised; reports
// and figures need not be, and are compiled in half the time.
let library: [Target] = [
  libraryTarget("Text", ["Text"], [], []),
  libraryTarget(
    "Numbers", ["Machine", "Numbers"],
    ["CGMP", "Kernels", .product(name: "RealModule", package: "swift-numerics")], fast),
  libraryTarget("Tensors", ["Arrays", "Random", "Data"], ["Numbers", "Text"], fast),
  libraryTarget("Reports", ["Figures", "Report"], ["Tensors"], []),
  libraryTarget("Checks", ["Checks"], ["Reports"], fast),
  libraryTarget("Workbook", ["Workbook.swift"], ["Checks"], []),
]

// Who uses the library depends on each of its modules. `Workbook` only re-exports them: it is not compiled
// again when one of them changes, and who depended on it alone would not be either.
let libraryModules = library.map { Target.Dependency(stringLiteral: $0.name) }

let package = Package(
  name: "backprop-checked",
  platforms: [.macOS(.v15)],
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
      name: "CGMP", pkgConfig: "gmp",
      providers: [.apt(["libgmp-dev"]), .yum(["gmp-devel"]), .brew(["gmp"])]),
    .target(name: "Processor"),
    .target(name: "Kernels", dependencies: ["Processor"], swiftSettings: fast + native + strict),
    // What weaves, grades and reads commands has no loop worth the optimiser's time.
    .target(name: "Weaver", dependencies: libraryModules, swiftSettings: strict),
    .target(name: "Certify", dependencies: libraryModules, swiftSettings: fast + strict),
    .target(name: "Sandbox"),
    .target(name: "Grading", dependencies: libraryModules, swiftSettings: fast + strict),
    .target(
      name: "Grader",
      dependencies: ["Grading", "Kernels", "Processor", "Sandbox"] + libraryModules,
      swiftSettings: strict),
    .executableTarget(
      name: "chapter-runner",
      dependencies: [
        "Certify", "Grader", "Sandbox", "Weaver",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ] + libraryModules + chapterModules,
      swiftSettings: strict),
    .testTarget(name: "KernelsTests", dependencies: ["Kernels"], swiftSettings: strict),
    .testTarget(
      name: "WorkbookTests",
      dependencies: ["CGMP"] + libraryModules,
      exclude: ["Fixtures"],
      swiftSettings: strict),
    .testTarget(
      name: "WeaverTests", dependencies: ["Weaver"] + libraryModules, swiftSettings: strict),
    .testTarget(
      name: "CertifyTests", dependencies: ["Certify"] + libraryModules, exclude: ["Fixtures"],
      swiftSettings: strict),
    .testTarget(
      name: "GradientCheckTests", dependencies: libraryModules + chapterModules,
      swiftSettings: strict),
    .testTarget(
      name: "ParityTests", dependencies: libraryModules + chapterModules, exclude: ["Fixtures"],
      swiftSettings: strict),
    .target(name: "AllocationCounter", path: "Tests/AllocationCounter"),
    .testTarget(
      name: "ChapterTests", dependencies: ["AllocationCounter"] + libraryModules + chapterModules,
      swiftSettings: strict),
    .testTarget(
      name: "ExerciseTests", dependencies: ["Grader", "Grading", "chapter-runner"],
      swiftSettings: strict),
    .testTarget(
      name: "CommandTests", dependencies: ["Grader", "Processor", "chapter-runner"],
      swiftSettings: strict),
  ] + library + chapters.indices.map(chapterTarget)
)
