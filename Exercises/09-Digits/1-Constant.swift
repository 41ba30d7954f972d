import Grading
import Workbook

/*:
 # 9.1 · The accuracy of a constant ★

 *Predict.* A model that finds a rare disease is announced with an accuracy of
 70 %. Is that good? The number alone does not say. This exercise asks what
 three models reach that have learned little or nothing.

 A test set has four classes. The table says how many examples each has:

 | class | 0 | 1 | 2 | 3 | all |
 |---|---|---|---|---|---|
 | examples | 63 | 18 | 6 | 3 | 90 |

 *Accuracy* is the fraction of correct predictions. The *recall* of a class is
 the fraction of its examples that are predicted as that class, and *macro
 recall* is the plain mean of the recalls of all four classes. Scikit-learn
 calls it balanced accuracy.

 1. The **constant** model predicts class 0 for every example.
 2. The **guessing** model does not look at the example either. It draws each
    prediction at random, and draws each class as often as it occurs in the
    table: class 0 in 63 of 90 draws. Give the expected accuracy and the
    expected macro recall.
 3. The **network** recognises all of class 0 and half of class 1. Everything
    else it takes for class 0.
 4. The network is **moved** to another hospital. It still recognises all of
    class 0, half of class 1 and nothing else. But there the classes have 12,
    30, 16 and 22 examples.

 Give the accuracy and the macro recall of each, as exact fractions: `2 / 3`.
 Fractions need not be in lowest terms.
 */

/// The accuracy of the constant model.
var constantAccuracy: Rational {
  notAttempted()
}

/// The macro recall of the constant model.
var constantRecall: Rational {
  notAttempted()
}

/// The expected accuracy of the guessing model.
var guessingAccuracy: Rational {
  notAttempted()
}

/// The expected macro recall of the guessing model.
var guessingRecall: Rational {
  notAttempted()
}

/// The accuracy of the network.
var networkAccuracy: Rational {
  notAttempted()
}

/// The macro recall of the network.
var networkRecall: Rational {
  notAttempted()
}

/// The accuracy of the network in the other hospital.
var movedAccuracy: Rational {
  notAttempted()
}

/// The macro recall of the network in the other hospital.
var movedRecall: Rational {
  notAttempted()
}
