import Autograd
import BinaryClassifier
import ConvNet
import Digits
import LossItem
import Multiclass
import Perceptron
import Regression
import Training
import Workbook

/// The chapters, in reading order.
let book: [Chapter] = [
  .perceptron, .regression, .binaryClassifier, .multiclass, .convNet, .autograd,
  .lossItem, .training, .digits,
]

/// The chapters that can learn from the reader's own photographs.
let chaptersWithPhotographs = [3, 5, 9]
