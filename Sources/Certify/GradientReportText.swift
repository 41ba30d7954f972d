import Workbook

extension GradientReport {
  /// The report for a reader, line by line.
  ///
  /// - Parameters:
  ///   - name: The file's name.
  ///   - style: How wide the lines may be, and whether they have colours.
  public func lines(of name: String, in style: TerminalStyle) -> [String] {
    var lines = [style.paint(name.harmless, .heading)]
    let summary =
      "\(counted(network.layers.count, "layer")), \(counted(network.parameters, "parameter")), a batch of \(network.examples), "
      + "\(network.format)"
    lines += style.wrapped(summary) + [""]
    lines += style.wrapped(lossSentence) + [""]
    guard loss.isRight else {
      return lines
        + style.wrapped(
          loss.verdict == .fail
            ? "The gradients are not judged: those of another loss mean nothing."
            : "The gradients are not judged.")
    }
    lines += table.lines(in: style)
    if !wrongEntries.isEmpty { lines += [""] + wrongEntries.flatMap { style.wrapped($0) } }
    if let firstBreak {
      lines +=
        ["", style.paint("Where it breaks first", .heading)] + style.wrapped(firstBreak.words)
      lines += ["", style.paint("The likely cause", .heading)]
      lines += causeSentences.flatMap { style.wrapped($0) }
    }
    lines += ["", style.paint("How sure this is", .heading)] + style.wrapped(certainty)
    return lines + [""] + style.wrapped(conclusion)
  }

  private var lossSentence: String {
    let format = NumberFormat.significant(network.format == "float64" ? 15 : 8)
    let both =
      "yours is \(format.text(of: loss.claimed)), the true one \(format.text(of: loss.truth)) "
      + "(\(network.loss))"
    if loss.isRight { return "The loss is right: \(both)." }
    if loss.verdict == .undecided {
      return
        "The loss cannot be judged: \(both). Rounding in \(network.format) could explain both. Compute "
        + "the same in float64, or with a smaller batch."
    }
    if !loss.claimed.isFinite {
      return
        "The loss is another: \(both). Yours is an overflow or a logarithm of 0. Take the largest logit "
        + "off all logits before their exponentials."
    }
    let ratio = loss.claimed / loss.truth
    let part = NumberFormat.significant(6).text(of: ratio)
    if loss.conventions.isEmpty, abs(ratio - 1) < 0.02, network.format.hasPrefix("float"),
      network.format != "float16"
    {
      return
        "The loss is another: \(both), ratio \(part). No usual convention gives it. If your program "
        + "computed it with fewer digits, as under autocast, add \"precision\": \"float32\", \"bfloat16\" or \"float16\" to "
        + "the description."
    }
    let why =
      loss.conventions.isEmpty
      ? "No usual convention gives it: the forward pass differs from the description, or the description "
        + "from the program."
      : "It would be the loss " + loss.conventions.joined(separator: "; or ")
        + ". Change the description, or the program."
    return "The loss is another: \(both), ratio \(part). \(why)"
  }

  private var table: Table {
    var table = Table(
      "gradients", columns: ["gradient", "shape", "verdict", "error in ulp", "could hide"])
    let format = NumberFormat.significant(2)
    for tensor in tensors {
      let isKnown = tensor.worst != nil
      let error = format.text(of: tensor.ulps) + " of " + format.text(of: tensor.allowedUlps)
      table.add([
        .text(tensor.name), .text("\(tensor.shape)"), .text(tensor.verdict.rawValue),
        isKnown ? .text(error) : .none,
        isKnown ? .text(NumberFormat.scientific(1).text(of: tensor.hidden)) : .none,
      ])
    }
    return table
  }

  private var wrongEntries: [String] {
    tensors.filter { $0.verdict == .wrong }.map { tensor in
      if let problem = tensor.shapeProblem { return "\(tensor.name): \(problem)." }
      guard let worst = tensor.worst else { return "\(tensor.name) is wrong." }
      // As many digits as tell the two apart.
      let digits = (6...17).first {
        let format = NumberFormat.significant($0)
        return format.text(of: worst.claimed) != format.text(of: worst.truth)
      }
      let format = NumberFormat.significant(digits ?? 17)
      let ratio = NumberFormat.significant(digits ?? 17).text(of: worst.claimed / worst.truth)
      let verb = tensor.wrong == 1 ? "entry is" : "entries are"
      let verdict = tensor.verdict == .wrong ? "wrong" : "farther off than usual"
      return "\(worst.location) is \(format.text(of: worst.claimed)) and should be "
        + "\(format.text(of: worst.truth)), ratio \(ratio); \(tensor.wrong) of \(tensor.count) \(verb) "
        + "\(verdict)."
    }
  }

  private var causeSentences: [String] {
    if causes.isEmpty {
      return [
        "No known mistake explains every number. Mend the place above, and look again."
      ]
    }
    return causes.enumerated().map { index, cause in
      let sentence = cause.words.prefix(1).uppercased() + cause.words.dropFirst() + "."
      return index == 0 ? sentence : "Or: " + sentence
    }
  }

  private var certainty: String {
    var sentences = [
      method == Reference.Method.none.rawValue
        ? "The truth is our own backward pass in balls of 256 bits. At this point there is no derivative to "
          + "check it by."
        : "The truth is our own backward pass in balls of 256 bits, checked at this very point: "
          + "\(method ?? "")."
    ]
    if let referenceProblem {
      sentences = [
        "Our own reference fails its check: \(referenceProblem). Please report this file."
      ]
    }
    if let kinkConvention {
      sentences.append(
        "Where there is no derivative, your program takes \(kinkConvention); that is as right as ours."
      )
    } else if kinks > 0 {
      let verb = kinks == 1 ? "input of ReLU is" : "inputs of ReLU are"
      sentences.append(
        "\(kinks) \(verb) exactly 0, where there is no derivative: 0, ½ and 1 are accepted, the same for all."
      )
    }
    if let saved = network.savedFormat {
      sentences.append(
        "The description says \(network.format), and the file holds \(saved): the coarser format is the one "
          + "that loosens the limits.")
    }
    let missing = tensors.filter { $0.verdict == .missing }.map(\.name)
    if !missing.isEmpty {
      sentences.append("Not given, so not judged: \(missing.joined(separator: ", ")).")
    }
    sentences.append(
      "A gradient is wrong where no order of summation in \(network.format) explains it, and right where it is "
        + "off by no more than rounding usually changes. A mistake smaller than what “could hide”, as a part of "
        + "the tensor's largest entry, would not be seen.")
    sentences.append(
      "This judges numbers at one point, not code: save three batches with sizes that are all different."
    )
    return sentences.joined(separator: " ")
  }

  private var conclusion: String {
    let wrong = tensors.count { $0.verdict == .wrong }
    let judged = tensors.count { $0.verdict != .missing }
    switch verdict {
    case .fail: return "\(wrong) of \(judged) gradients \(wrong == 1 ? "is" : "are") wrong."
    case .pass: return "All \(judged) gradients are right."
    default:
      return judged == 0
        ? "No gradient is given."
        : "Not decided: something is off by more than rounding usually changes, and by less than it could. "
          + "Compute the same in float64, or with a smaller batch."
    }
  }
}

/// Returns a count with its noun, such as “1 layer” or “3 layers”.
private func counted(_ count: Int, _ noun: String) -> String {
  "\(count) \(noun)" + (count == 1 ? "" : "s")
}
