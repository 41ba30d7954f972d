import ArgumentParser
import Foundation
import Grader
import Sandbox
import Workbook

/// Looks at the machine and says what to type where something is missing.
struct Doctor: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Look at compiler, processor, exercises, GMP, disk, data and terminal.")

  @Option(help: ArgumentHelp("Look at the data sets of another folder.", valueName: "folder"))
  var data: String?

  func run() throws {
    let findings = [compiler, processor, exercises, confinement, library, disk, dataSets, terminal]
    let style = TerminalStyle.detected(descriptor: STDOUT_FILENO)
    for finding in findings {
      let (well, ill) = style.hasUnicode ? ("✓", "✗") : ("ok  ", "FAIL")
      let mark = finding.isWell ? well : ill
      Output.standard.write("\(mark) \(finding.subject): \(finding.text)\n")
    }
    if !findings.allSatisfy(\.isWell) { throw ExitCode.failure }
  }

  /// What was seen of one thing, and what to type if it is not well.
  private struct Finding {
    let subject: String
    let isWell: Bool
    let text: String
  }

  private var compiler: Finding {
    #if compiler(>=6.4)
      let version = "built by Swift 6.4 or later"
    #else
      let version = "built by Swift 6.3"
    #endif
    #if DEBUG
      let configuration = "debug build, optimised"
    #else
      let configuration = "release build"
    #endif
    return Finding(subject: "compiler", isWell: true, text: "\(version), \(configuration)")
  }

  private var processor: Finding {
    let target = BuildTarget.current
    return Finding(
      subject: "processor", isWell: target.problem == nil,
      text: target.problem ?? "built for \(target.text), and this one has all of it")
  }

  /// Whether an answer can be compiled against what was built.
  private var exercises: Finding {
    do {
      let products = try BuildProducts(in: BuildProducts.programFolder)
      _ = try Compiler()
      return Finding(
        subject: "exercises", isWell: true,
        text: "answers can be compiled; the build system is \(products.buildSystem)")
    } catch {
      return Finding(subject: "exercises", isWell: false, text: "\(error)")
    }
  }

  private var confinement: Finding {
    let means = sandbox_means()
    let text: String
    if means.landlock >= SANDBOX_LANDLOCK_NEEDED && means.has_filter != 0 {
      let sight =
        means.has_namespaces != 0
        ? "and see no process but their own"
        : "but can read the names of other processes: this system refuses namespaces"
      text =
        "answers run confined to a folder of their own, by Landlock \(means.landlock) and a filter of "
        + "system calls, \(sight)"
    } else {
      let landlock =
        means.landlock == 0
        ? "no Landlock" : "Landlock \(means.landlock), and \(SANDBOX_LANDLOCK_NEEDED) is needed"
      let filter = means.has_filter == 0 ? ", and no filter of system calls" : ""
      text =
        "answers run with limits of time and memory, but may write where you may: this system has "
        + "\(landlock)\(filter). Check no answers but your own"
    }
    return Finding(subject: "confinement", isWell: true, text: text)
  }

  private var library: Finding {
    let isRight = GMPLibrary.power(2, 100) == "1267650600228229401496703205376"
    return Finding(
      subject: "GMP", isWell: isRight,
      text: isRight
        ? "version \(GMPLibrary.version), 2^100 is right"
        : "version \(GMPLibrary.version) computes 2^100 wrongly; reinstall libgmp")
  }

  private var disk: Finding {
    let folder = BundledData.packageRoot
    let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder)
    guard let free = (attributes?[.systemFreeSize] as? NSNumber)?.doubleValue else {
      return Finding(
        subject: "disk", isWell: false,
        text: "\(folder) is gone; build again where the package now lies: swift build")
    }
    let gibibytes = NumberFormat.decimals(1).text(of: free / 0x1p30)
    return Finding(
      subject: "disk", isWell: free > 0x1p29,
      text: "\(gibibytes) GiB free" + (free > 0x1p29 ? "" : "; a build needs 0.5 GiB: make room"))
  }

  private var dataSets: Finding {
    let embedded = BundledData(folder: data)
    do {
      let digits = try embedded.digits().count
      let silhouettes = try embedded.catsAndDogs().count
      return Finding(
        subject: "data", isWell: true, text: "\(digits) digits, \(silhouettes) silhouettes")
    } catch {
      return Finding(
        subject: "data", isWell: false,
        text: data == nil ? "\(error); to restore it: git checkout -- Data" : "\(error)")
    }
  }

  private var terminal: Finding {
    let style = TerminalStyle.detected(descriptor: STDOUT_FILENO)
    let text =
      "\(style.width) columns, colours \(style.hasColour ? "on" : "off"), "
      + (style.hasUnicode ? "braille figures" : "ASCII figures") + ", "
      + amount(Threads.count, of: "thread")
    return Finding(subject: "terminal", isWell: true, text: text)
  }
}
