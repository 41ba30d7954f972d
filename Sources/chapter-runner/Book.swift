import Perceptron
import Workbook

/// The chapters, in reading order.
let book: [Chapter] = [.perceptron]
