// swift-tools-version: 6.3
import PackageDescription

// For editors: open this folder, and names are completed and explained. To
// check your answers no build is needed here: type `swift test`, or
// `scripts/run check --all`, in the folder above.
let chapters = [
  "01-Perceptron", "02-Regression", "03-BinaryClassifier", "04-Multiclass",
  "05-ConvNet", "06-Autograd", "07-LossItem", "08-Training", "09-Digits",
]

let package = Package(
  name: "exercises",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "backprop-checked", path: "..")],
  targets: chapters.map { folder in
    .target(
      name: "Exercises" + folder.drop { $0 != "-" }.dropFirst(),
      dependencies: [
        .product(name: "Grading", package: "backprop-checked"),
        .product(name: "Workbook", package: "backprop-checked"),
      ],
      path: folder)
  }
)
