import Numbers

extension Matrix where Scalar: FloatingField {
  /// Returns starting weights for a layer whose activation is ReLU, `[fanIn, fanOut]`.
  ///
  /// Normal with variance 2/fanIn: half of a ReLU's inputs are cut off, the 2 makes up for them.
  ///
  /// - Source: He, Zhang, Ren, Sun, “Delving deep into rectifiers”, ICCV 2015, equation 10.
  ///   doi:10.1109/ICCV.2015.123
  public static func heNormal(
    fanIn: Int, fanOut: Int, using random: inout SplitMix64
  ) -> Matrix {
    normal(fanIn, fanOut, deviation: (2 / Double(fanIn)).squareRoot(), using: &random)
  }

  /// Returns starting weights of the same variance 2/fanIn, spread evenly over ±√(6/fanIn).
  ///
  /// - Source: He, Zhang, Ren, Sun, as for ``heNormal(fanIn:fanOut:using:)``.
  public static func heUniform(
    fanIn: Int, fanOut: Int, using random: inout SplitMix64
  ) -> Matrix {
    uniform(fanIn, fanOut, bound: (6 / Double(fanIn)).squareRoot(), using: &random)
  }

  /// Returns starting weights for a tanh, sigmoid or linear layer, `[fanIn, fanOut]`.
  ///
  /// Normal with variance 2/(fanIn + fanOut), between what keeps the signals' and what keeps the
  /// gradients' variance.
  ///
  /// - Source: Glorot, Bengio, “Understanding the difficulty of training deep feedforward neural
  ///   networks”, AISTATS 2010, equation 12. https://proceedings.mlr.press/v9/glorot10a.html
  public static func glorotNormal(
    fanIn: Int, fanOut: Int, using random: inout SplitMix64
  ) -> Matrix {
    normal(fanIn, fanOut, deviation: (2 / Double(fanIn + fanOut)).squareRoot(), using: &random)
  }

  /// Returns starting weights of the same variance, spread evenly over ±√(6/(fanIn + fanOut)).
  ///
  /// - Source: Glorot, Bengio, as for ``glorotNormal(fanIn:fanOut:using:)``, equation 16.
  public static func glorotUniform(
    fanIn: Int, fanOut: Int, using random: inout SplitMix64
  ) -> Matrix {
    uniform(fanIn, fanOut, bound: (6 / Double(fanIn + fanOut)).squareRoot(), using: &random)
  }

  /// Returns a matrix of normal numbers with mean 0.
  public static func normal(
    _ rows: Int, _ columns: Int, deviation: Double = 1, using random: inout SplitMix64
  ) -> Matrix {
    Matrix(rows: rows, columns: columns) { _, _ in Scalar(deviation * random.normal()) }
  }

  /// Returns a matrix of numbers spread evenly over ±`bound`.
  public static func uniform(
    _ rows: Int, _ columns: Int, bound: Double = 1, using random: inout SplitMix64
  ) -> Matrix {
    Matrix(rows: rows, columns: columns) { _, _ in Scalar(random.uniform(in: -bound...bound)) }
  }
}

extension Vector where Scalar: FloatingField {
  /// Returns a vector of normal numbers with mean 0.
  public static func normal(
    _ count: Int, deviation: Double = 1, using random: inout SplitMix64
  ) -> Vector {
    Vector(count: count) { _ in Scalar(deviation * random.normal()) }
  }
}
