import Grading
import Workbook

/*:
 # 9.4 · Three averages of one score ★★

 *Implement.* Each class has an F1 score. A paper wants one number, and there
 are three ways to an average. For classes of different sizes they differ by
 many points, and programs that print “F1” do not always say which one they
 print.

 All are computed from counts whose rows are the actual classes: `counts[a][p]`
 examples of class $a$ were predicted as class $p$. For a class $c$, let
 $TP_c$ be its correct predictions, $FN_c$ its other examples, and $FP_c$ the
 other predictions of $c$.

 $$
 F_c = \frac{2\,TP_c}{2\,TP_c + FP_c + FN_c}
 $$

 1. `f1` returns $F_c$ of each class. A class that neither occurs nor is
    predicted has none, and its entry is `nil`.
 2. `macroF1` is the plain mean of those that there are.
 3. `microF1` puts the sums of $TP$, $FP$ and $FN$ over all classes into the
    formula.
 4. `weightedF1` is the mean of the $F_c$ in which each class has the weight of
    its actual examples.

 All counts that your functions are given have an example at least.
 */

/// Returns the F1 score of each class, from counts `[classes][classes]`.
func f1(_ counts: [[Int]]) -> [Double?] {
  notAttempted()
}

/// Returns the mean F1 score of the classes that have one.
func macroF1(_ counts: [[Int]]) -> Double {
  notAttempted()
}

/// Returns the F1 score of the sums over all classes.
func microF1(_ counts: [[Int]]) -> Double {
  notAttempted()
}

/// Returns the mean F1 score, each class weighted by its actual examples.
func weightedF1(_ counts: [[Int]]) -> Double {
  notAttempted()
}
